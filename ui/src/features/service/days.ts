/** Days of costs in words, and what they come to. */
import type { Cost, CostDay } from '@/api/types'
import { money, plain, replicaHours } from '@/lib/format'

/** A day with fewer hours on record is incomplete: the shortest one, when clocks are changed, has 23. */
const WHOLE_DAY = 22.9
const DATE = new Intl.DateTimeFormat(undefined, { weekday: 'short', day: 'numeric', month: 'short' })

/** `how`: whole, in part (only some of it is on record), unknown (nothing is), or today so far. */
export interface Bar {
  day: CostDay
  name: string
  how: 'whole' | 'part' | 'unknown' | 'today'
}

export function barsOf({ days }: Cost): Bar[] {
  return days.map((day, at) => {
    const last = at === days.length - 1
    const how =
      day.known_hours === 0 ? 'unknown' : last ? 'today' : day.known_hours < WHOLE_DAY ? 'part' : 'whole'
    // Noon, so that the reader's own zone doesn't make another day of it.
    return { day, name: last ? 'Today' : DATE.format(new Date(`${day.date}T12:00:00`)), how }
  })
}

export const recordedHours = (day: CostDay): string => `${plain(day.known_hours)} h recorded`

export function inWords({ day, name, how }: Bar): string {
  if (how === 'unknown') return `${name}: nothing recorded`
  const paid = day.money === null ? '' : `, ${money(day.money)}`
  return `${name}: ${replicaHours(day.replica_hours)}${paid}${how === 'part' ? `, only ${recordedHours(day)}` : ''}`
}

export function total(days: readonly CostDay[]): string {
  const hours = days.reduce((sum, day) => sum + day.replica_hours, 0)
  const paid = days.reduce((sum, day) => sum + (day.money ?? 0), 0)
  return `${replicaHours(hours)}${days.some((day) => day.money !== null) ? `, ${money(paid)}` : ''}`
}
