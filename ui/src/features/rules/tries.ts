/** Rules tried before they are written: on docktor.yaml, and on the service's own past. */
import { api, body } from '@/api/client'
import type { ServiceName } from '@/api/queries'
import type { Replay } from '@/api/types'
import type { Entry } from './entry'

export const checkRules = ({ project, service }: ServiceName, entry: Entry, signal: AbortSignal) =>
  body(
    api.POST('/api/projects/{project}/services/{service}/rules/check', {
      params: { path: { project, service } },
      body: entry,
      signal,
    }),
  )

/** Without rules: those in force alone. */
export const replayRules = (
  { project, service }: ServiceName,
  rules: Entry | null,
  hours: number,
  signal: AbortSignal,
) =>
  // The client's types make plain lists of pairs.
  body<unknown>(
    api.POST('/api/replay', { body: { project, service, rules, hours }, signal }),
  ) as Promise<Replay>
