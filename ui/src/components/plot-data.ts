/** From what was recorded to what can be drawn. Pure; times in seconds since 1970. */
import type { MarkKind } from '@/lib/decisions'

export type PlotPoint = readonly [time: number, value: number | null]
export type Span = readonly [from: number, to: number]

export interface Mark {
  id: number
  at: number
  kind: MarkKind
}

const USUAL_TIMES = 2.5
const SHORTEST_GAP_S = 20

/** One list of times for all lines, each oldest first. `undefined` is a time another line has alone, `null` an absence:
 * it reaches from the value before it to the next one, so that no line crosses it. */
export function align(lines: readonly (readonly PlotPoint[])[]): {
  times: number[]
  values: (number | null | undefined)[][]
} {
  const times = [...new Set(lines.flatMap((points) => points.map(([time]) => time)))].sort((a, b) => a - b)
  const values = lines.map((points) => {
    let next = 0
    return times.map((time) => {
      while ((points[next]?.[0] ?? time) < time) next += 1
      const [at, value] = points[next] ?? []
      if (at === time) return value
      return value === null || points[next - 1]?.[1] === null ? null : undefined
    })
  })
  return { times, values }
}

/** At a time that only another line has, a line is as it was before. */
export function lastKnown<T>(values: ArrayLike<T> | undefined, at: number): T | undefined {
  let back = at
  while (back > 0 && values?.[back] === undefined) back -= 1
  return values?.[back]
}

/** Where nothing is known between `from` and `to`: absent values, and stretches without any point. */
export function gaps(points: readonly PlotPoint[], from: number, to: number): Span[] {
  const longest = longestPause(points)
  const found: Span[] = []
  let since = from
  let absent = false
  for (const [time, value] of points) {
    if (value === null) {
      absent = true
      continue
    }
    if (absent || time - since > longest) add(found, Math.max(since, from), Math.min(time, to))
    since = time
    absent = false
  }
  if (absent || to - since > longest) add(found, Math.max(since, from), to)
  return found
}

const add = (spans: Span[], from: number, to: number) => {
  if (to > from) spans.push([from, to])
}

function longestPause(points: readonly PlotPoint[]): number {
  const steps: number[] = []
  points.forEach(([time], at) => {
    const before = points[at - 1]
    if (before) steps.push(time - before[0])
  })
  steps.sort((a, b) => a - b)
  return Math.max(SHORTEST_GAP_S, USUAL_TIMES * (steps[Math.floor(steps.length / 2)] ?? 0))
}

/** From zero, unless something is below it, to a little above the highest. */
export function reach(values: Iterable<number | null | undefined>, least = 1): [number, number] {
  let low = 0
  let high = 0
  for (const value of values) {
    if (value === null || value === undefined) continue
    if (value < low) low = value
    if (value > high) high = value
  }
  return [low, Math.max(high, least) * 1.08]
}

const CLOSE_PX = 6

/** No dot under another mark or another dot: where ticks were held one after another, one stands for all. */
export function thin(marks: readonly Mark[], from: number, to: number, width: number): Mark[] {
  const close = ((to - from) / Math.max(1, width)) * CLOSE_PX
  const inside = marks.filter((mark) => mark.at >= from && mark.at <= to).sort((a, b) => a.at - b.at)
  const acts = inside.filter((mark) => mark.kind !== 'held').map((mark) => mark.at)
  let next = 0
  let lastDot = Number.NEGATIVE_INFINITY
  return inside.filter(({ at, kind }) => {
    if (kind !== 'held') return true
    while ((acts[next] ?? Number.POSITIVE_INFINITY) < at) next += 1
    const beside = Math.min(
      at - (acts[next - 1] ?? Number.NEGATIVE_INFINITY),
      (acts[next] ?? Number.POSITIVE_INFINITY) - at,
    )
    if (beside < close || at - lastDot < close) return false
    lastDot = at
    return true
  })
}

/** The mark nearest to a moment, if it is not farther than `within`. */
export function nearest(marks: readonly Mark[], at: number, within: number): Mark | null {
  let found: Mark | null = null
  for (const mark of marks) {
    const far = Math.abs(mark.at - at)
    const better = found === null || far < Math.abs(found.at - at)
    if (far <= within && better) found = mark
  }
  return found
}

/** A step that a hand or a key moves a threshold by: 1, 2 or 5 of some power of ten, about a hundredth of the whole. */
export function nudge(high: number): number {
  const rough = high / 100
  const power = 10 ** Math.floor(Math.log10(rough || 1))
  const times = [1, 2, 5, 10].find((one) => one * power >= rough * 0.999) ?? 10
  return times * power
}

export function snap(value: number, step: number): number {
  const digits = Math.max(0, Math.ceil(-Math.log10(step)))
  return Number((Math.round(value / step) * step).toFixed(Math.min(digits, 12)))
}
