/** A decision in a few words, and the sign it has on a timeline. */
import type { Decision } from '@/api/types'
import type { Tone } from './words'

export type MarkKind = 'up' | 'down' | 'asked' | 'blocked' | 'failed' | 'held'

export const MARKS: Readonly<Record<MarkKind, { sign: string; label: string }>> = {
  up: { sign: '▲', label: 'more replicas' },
  down: { sign: '▼', label: 'fewer replicas' },
  asked: { sign: '◔', label: 'asked' },
  blocked: { sign: '⊘', label: 'not done' },
  failed: { sign: '✕', label: 'failed' },
  held: { sign: '·', label: 'held' },
}

type Marked = Pick<Decision, 'action' | 'phase' | 'source'>

export function markOf({ action, phase, source }: Marked): MarkKind {
  if (phase === 'failed') return 'failed'
  if (phase === 'proposed') return 'asked'
  if (phase === 'blocked' && (action !== 'hold' || source === 'person')) return 'blocked'
  if (action === 'scale_up') return 'up'
  return action === 'scale_down' ? 'down' : 'held'
}

type Changed = Pick<Decision, 'current_replicas' | 'target_replicas'>

/** `3 → 5`, or `stays at 3`. */
export const change = ({ current_replicas, target_replicas }: Changed): string =>
  current_replicas === target_replicas
    ? `stays at ${current_replicas}`
    : `${current_replicas} → ${target_replicas}`

export const SOURCES: Readonly<Record<string, string>> = {
  rules: 'Rules',
  target: 'Target',
  forecast: 'Forecast',
  advisor: 'Model',
  person: 'A person',
  policy: 'Limits',
  webhook: 'A webhook',
}

export const ACTIONS: Readonly<Record<string, string>> = {
  scale_up: 'More replicas',
  scale_down: 'Fewer replicas',
  hold: 'No change',
}

export const PHASE_WORDS: Readonly<Record<string, { label: string; tone: Tone }>> = {
  intended: { label: 'Being done', tone: 'busy' },
  done: { label: 'Done', tone: 'good' },
  failed: { label: 'Failed', tone: 'bad' },
  blocked: { label: 'Not done', tone: 'quiet' },
  proposed: { label: 'Proposed', tone: 'warn' },
}

/** For a decision to leave it as it is nothing is done: it says so, not "done". */
export const phaseWords = ({ action, phase }: Pick<Decision, 'action' | 'phase'>): string =>
  action === 'hold' && phase === 'done' ? 'No change' : (PHASE_WORDS[phase]?.label ?? phase)
