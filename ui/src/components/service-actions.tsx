import type { Service } from '@/api/types'

/** What a person may do about a service: scale, hold or resume, mode, check now. */
export function ServiceActions(_: { service: Service }) {
  return null
}
