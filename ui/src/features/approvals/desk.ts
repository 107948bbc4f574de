/** Which proposal is chosen, what a key means, and how an answered one is told. */
import type { Approval, Decision } from '@/api/types'

export type Command = 'next' | 'previous' | 'approve' | 'reject' | 'change'

const KEYS: Readonly<Record<string, Command>> = {
  j: 'next',
  ArrowDown: 'next',
  k: 'previous',
  ArrowUp: 'previous',
  a: 'approve',
  r: 'reject',
  e: 'change',
}

interface Press {
  key: string
  ctrlKey: boolean
  metaKey: boolean
  altKey: boolean
  repeat: boolean
  target: EventTarget | null
}

/** Nothing while somebody types, or a dialog or menu is open; a key held down answers no second proposal. */
export function commandOf({ key, ctrlKey, metaKey, altKey, repeat, target }: Press): Command | null {
  if (ctrlKey || metaKey || altKey) return null
  if (target instanceof Element && target.closest('input, textarea, select, [role=dialog], [role=menu]'))
    return null
  const command = KEYS[key] ?? null
  return repeat && command !== 'next' && command !== 'previous' ? null : command
}

/** The id one further on or back; from nowhere, the first. The ends hold. */
export function stepFrom(ids: readonly number[], chosen: number | null, way: 1 | -1): number | null {
  const at = chosen === null ? -1 : ids.indexOf(chosen)
  if (at === -1) return ids[0] ?? null
  return ids[Math.min(Math.max(at + way, 0), ids.length - 1)] ?? null
}

export const idsOf = (approvals: readonly Approval[]): number[] => approvals.map((one) => one.decision.id)

const ANSWERS: Readonly<Record<string, string>> = {
  approved: 'Approved',
  rejected: 'Rejected',
  expired: 'Nobody answered',
  superseded: 'Not wanted any more',
}

const ENDS: Readonly<Record<string, string>> = {
  intended: 'Being done',
  done: 'Done',
  failed: 'Failed',
  blocked: 'Nothing was done',
  proposed: 'Waits',
}

const OUTCOMES: Readonly<Record<string, string>> = { partial: 'only in part' }

export interface Answered {
  id: number
  service: string
  change: string
  state: string
  answer: string
  by: string | null
  at: string
  came: string
  wanted: string
  failed: boolean
}

/** `null` for what was no proposal, and for one that still waits. */
export function answeredOf(decision: Decision): Answered | null {
  const { approval } = decision
  if (!approval || approval.state === 'waiting') return null
  const failed = decision.phase === 'failed'
  return {
    id: decision.id,
    service: decision.service,
    change: `${decision.current_replicas} → ${decision.target_replicas}`,
    state: approval.state,
    answer: ANSWERS[approval.state] ?? approval.state,
    by: approval.by ?? null,
    at: approval.at ?? decision.timestamp,
    came: cameOf(decision),
    wanted: decision.reason,
    failed,
  }
}

function cameOf({ phase, error, outcome }: Decision): string {
  const end = ENDS[phase] ?? phase
  if (phase === 'failed' && error) return `${end}: ${error}`
  return outcome ? `${end}, ${OUTCOMES[outcome.verdict] ?? outcome.verdict}` : end
}
