import type { Decision } from '@/api/types'

/** A decision in the order of the tick: saw, rules, forecast, advisor, limits, did, came of it. */
export function Why(_: { decision: Decision }) {
  return null
}
