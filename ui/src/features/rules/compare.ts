/** Two replays of the same hours beside each other, in words. */

import type { Replay } from '@/api/types'
import { duration } from '@/lib/time'

export type Verdict = 'better' | 'worse' | 'same'

export interface Row {
  label: string
  now: string
  proposed: string
  verdict: Verdict
  /** `better: calmer`. */
  words: string
  arrow: 'up' | 'down' | null
}

type Side = NonNullable<Replay['proposed']>

interface Measure {
  label: string
  of: (side: Side) => number
  show: (value: number) => string
  less: string
  more: string
}

const whole = (value: number) => String(Math.round(value))
const ROUND = new Intl.NumberFormat('en', { maximumFractionDigits: 1 })

/** In each of them less is better. */
const MEASURES: readonly Measure[] = [
  { label: 'Changes', of: (side) => side.changes_count, show: whole, less: 'calmer', more: 'more restless' },
  {
    label: 'Time above threshold',
    of: (side) => side.minutes_above,
    show: (minutes) => duration(minutes * 60),
    less: 'less overload',
    more: 'more overload',
  },
  {
    label: 'Replica-hours',
    of: (side) => side.replica_hours,
    show: (hours) => ROUND.format(hours),
    less: 'cheaper',
    more: 'costs more',
  },
  {
    label: 'Turned back within 5 min',
    of: (side) => side.flaps,
    show: whole,
    less: 'steadier',
    more: 'swings more',
  },
  {
    label: 'Times at a limit',
    of: (side) => side.limited,
    show: whole,
    less: 'more room',
    more: 'limited more often',
  },
]

export function compare(now: Side, proposed: Side): Row[] {
  return MEASURES.map(({ label, of, show, less, more }) => {
    const [old, next] = [of(now), of(proposed)]
    const texts = { label, now: show(old), proposed: show(next) }
    if (texts.now === texts.proposed || old === next)
      return { ...texts, verdict: 'same', words: 'as now', arrow: null }
    return next < old
      ? { ...texts, verdict: 'better', words: `better: ${less}`, arrow: 'down' }
      : { ...texts, verdict: 'worse', words: `worse: ${more}`, arrow: 'up' }
  })
}
