/** How long a hold lasts, from what a person chose. */

export type HoldChoice = '10' | '60' | 'tomorrow' | 'own'

const MORNING = 9

/** Nine o'clock of the next day, in the reader's own zone. */
export function tomorrowMorning(now: Date): Date {
  return new Date(now.getFullYear(), now.getMonth(), now.getDate() + 1, MORNING)
}

/** `null` for a number of one's own that is none. */
export function holdMinutes(choice: HoldChoice, own: string, now: Date): number | null {
  if (choice === 'tomorrow') return Math.ceil((tomorrowMorning(now).getTime() - now.getTime()) / 60_000)
  const minutes = Number(choice === 'own' ? own.trim() || Number.NaN : choice)
  return Number.isFinite(minutes) && minutes > 0 && minutes <= 60 * 24 * 365 ? minutes : null
}

/** `14:05`, with the day's name when that is another one. */
export function clockTime(at: Date, now: Date): string {
  const time = at.toLocaleTimeString(undefined, { hour: '2-digit', minute: '2-digit' })
  return at.toDateString() === now.toDateString()
    ? time
    : `${at.toLocaleDateString(undefined, { weekday: 'long' })} ${time}`
}
