/** Which lanes a service's timeline has, and what is in them. Pure. */
import type { Numbers } from '@/api/series'
import type { Decision, Detail } from '@/api/types'
import type { Mark, PlotPoint } from '@/components/plot-data'
import { MARKS, type MarkKind, markOf } from '@/lib/decisions'

/** The forecast's bound, in replicas' worth of load. */
export const FORECAST = 'forecast.replicas'

/** Those that have a lane of their own in any case. */
const REPLICAS = ['replicas', 'desired', 'replicas.ready', FORECAST]

interface Target {
  metric: string
  value: number
}

export function targetOf({ entry }: Detail): Target | null {
  const target = entry?.target as Partial<Target> | null | undefined
  return typeof target?.metric === 'string' && typeof target.value === 'number'
    ? { metric: target.metric, value: target.value }
    : null
}

/** First what its rules and its target go by, then what was asked for besides. */
export function laneMetrics(detail: Detail, extra: readonly string[]): string[] {
  const target = targetOf(detail)
  const judged = [...detail.rules.map((rule) => rule.metric), ...(target ? [target.metric] : [])]
  const first = judged.length > 0 ? judged : [detail.service.driving_metric ?? 'cpu.avg']
  return [...new Set([...first, ...extra])].filter((metric) => !REPLICAS.includes(metric))
}

/** What else was recorded and could have a lane. */
export const otherMetrics = (numbers: Numbers, shown: readonly string[]): string[] =>
  [...numbers.keys()].filter((metric) => !shown.includes(metric) && !REPLICAS.includes(metric)).sort()

const NOTHING: readonly PlotPoint[] = []

export const pointsOf = (numbers: Numbers | undefined, metric: string): readonly PlotPoint[] =>
  numbers?.get(metric) ?? NOTHING

export const marksOf = (decisions: readonly Decision[]): Mark[] =>
  decisions.map((one) => ({ id: one.id, at: Date.parse(one.timestamp) / 1000, kind: markOf(one) }))

/** `12 decisions: 5 more replicas, 3 held`, for who can't see the marks. */
export function marksInWords(marks: readonly Mark[]): string {
  const counts = new Map<MarkKind, number>()
  for (const { kind } of marks) counts.set(kind, (counts.get(kind) ?? 0) + 1)
  const parts = [...counts].map(([kind, n]) => `${n} ${MARKS[kind].label}`)
  return `Decisions: ${parts.length > 0 ? parts.join(', ') : 'none'}. They are in the table below.`
}

/** Lowest, highest and latest, for who can't see the line. */
export function lineInWords(points: readonly PlotPoint[], format: (value: number) => string): string {
  const known = points.flatMap(([, value]) => (value === null ? [] : [value]))
  const latest = known.at(-1)
  if (latest === undefined) return 'no data'
  const low = known.reduce((a, b) => Math.min(a, b))
  const high = known.reduce((a, b) => Math.max(a, b))
  return `between ${format(low)} and ${format(high)}, latest ${format(latest)}`
}

/** One row for each time, newest first, with a value for each column. */
export function tableOf(numbers: Numbers, metrics: readonly string[], from: number, to: number) {
  const columns = metrics.map((metric) => new Map(pointsOf(numbers, metric)))
  const times = [...new Set(columns.flatMap((column) => [...column.keys()]))]
  return times
    .filter((time) => time >= from && time <= to)
    .sort((a, b) => b - a)
    .map((time) => ({ time, values: columns.map((column) => column.get(time) ?? null) }))
}
