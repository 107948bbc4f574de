/** What a decision says of each step of the way, in words. Pure. */
import type { Decision } from '@/api/types'
import { SOURCES } from '@/lib/decisions'
import { duration } from '@/lib/time'

type Rule = Decision['rules'][number]

export interface Seen {
  metric: string
  value: number | null
  why: string | null
}

/** What was looked at: first what the rules speak of, what was missing, then what always tells something. */
export function seen(decision: Decision): { first: Seen[]; rest: Seen[] } {
  const judged = decision.rules.map((rule) => rule.metric)
  const names = [...new Set([...judged, ...Object.keys(decision.observations).sort()])]
  const all = names.map((metric) => ({
    metric,
    value: decision.observations[metric] ?? null,
    why: decision.rules.find((rule) => rule.metric === metric)?.why ?? null,
  }))
  const matters = ({ metric, value }: Seen) =>
    judged.includes(metric) ||
    value === null ||
    ['cpu.avg', 'memory.avg', 'replicas.ready'].includes(metric) ||
    (/^(queue|health)\./.test(metric) && value !== 0)
  return { first: all.filter(matters), rest: all.filter((one) => !matters(one)) }
}

export function judged({ held }: Rule): { sign: string; words: string; color: string } {
  if (held === null) return { sign: '?', words: "can't be told", color: 'warning.main' }
  return held
    ? { sign: '✓', words: 'met', color: 'success.main' }
    : { sign: '✗', words: 'not met', color: 'text.secondary' }
}

/** What the rules wanted, before anything else had a say. */
export const wanted = (decision: Decision): number => decision.limits[0]?.before ?? decision.target_replicas

export type Advised = 'absent' | 'failed' | 'agreed' | 'changed' | 'ignored'

export const ADVISED: Readonly<Record<Advised, string>> = {
  absent: 'Nobody was asked',
  failed: 'No advice came',
  agreed: 'Agreed',
  changed: 'Changed the number',
  ignored: 'Not followed',
}

export function advised({ metadata, target_replicas }: Decision): Advised {
  if (!metadata.provider && !metadata.model && !metadata.failure) return 'absent'
  if (metadata.failure || metadata.chosen == null) return 'failed'
  if (metadata.changed) return 'changed'
  return metadata.chosen === target_replicas ? 'agreed' : 'ignored'
}

/** `ai/llama3.2 · 0.4 s · 318 tokens` */
export function aboutAdvice({ provider, model, latency_ms, tokens }: Decision['metadata']): string {
  const parts = [model ?? provider]
  if (latency_ms != null) parts.push(spent(latency_ms))
  if (tokens) parts.push(`${tokens} tokens`)
  return parts.filter(Boolean).join(' · ')
}

export const spent = (ms: number): string =>
  ms < 60_000 ? `${(ms / 1000).toFixed(ms < 10_000 ? 1 : 0)} s` : duration(ms / 1000)

export function askedBy({ source, metadata }: Decision): string {
  if (source === 'advisor' && metadata.model) return `The model ${metadata.model}`
  return SOURCES[source] ?? source
}

const APPROVALS: Readonly<Record<string, string>> = {
  waiting: 'Waits for a person',
  approved: 'Approved',
  rejected: 'Rejected',
  expired: 'Nobody answered in time',
  superseded: 'A newer proposal took its place',
}

export function approvedBy({ approval }: Decision): string | null {
  if (!approval) return null
  const words = APPROVALS[approval.state] ?? approval.state
  return approval.by ? `${words} by ${approval.by}` : words
}

const VERDICTS: Readonly<Record<string, string>> = {
  helped: 'It helped',
  worse: 'It got worse',
  unchanged: 'It made no difference',
  partial: 'It went part of the way',
}

export const cameOf = (verdict: string): string => VERDICTS[verdict] ?? verdict

/** Why there is no outcome to show, as far as that can be told. */
export function noOutcome({ action, phase }: Decision): string {
  if (action === 'hold' || phase === 'blocked') return 'Nothing was changed, so there is nothing to tell.'
  if (phase === 'failed') return 'It failed, so there is nothing to tell.'
  return 'Not known yet.'
}
