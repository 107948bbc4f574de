/** Times in words: "2 min ago". All in milliseconds since 1970 unless a name says otherwise. */

const STEPS: readonly [seconds: number, unit: string][] = [
  [86_400, 'd'],
  [3_600, 'h'],
  [60, 'min'],
  [1, 's'],
]

/** `42 s`, `3 min`, `2 h`, `5 d`: the largest unit that fits, rounded down. */
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds))
  for (const [size, unit] of STEPS) {
    if (whole >= size) return `${Math.floor(whole / size)} ${unit}`
  }
  return '0 s'
}

/** `4:12` for a countdown of less than an hour, else as `duration`. */
export function countdown(seconds: number): string {
  const whole = Math.max(0, Math.ceil(seconds))
  if (whole >= 3_600) return duration(whole)
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`
}

export function ago(at: number, now: number): string {
  const seconds = (now - at) / 1000
  return seconds < 2 ? 'just now' : `${duration(seconds)} ago`
}

const EXACT = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'long' })

/** In the reader's own zone, with its name: what a relative time shows on hover. */
export const exact = (at: number): string => EXACT.format(at)
