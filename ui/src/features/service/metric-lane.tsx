import { memo, useMemo } from 'react'
import { useSession } from '@/api/queries'
import type { Numbers } from '@/api/series'
import type { Detail } from '@/api/types'
import { Plot } from '@/components/plot'
import type { PlotLine } from '@/components/plot-canvas'
import type { Span } from '@/components/plot-data'
import type { Threshold } from '@/components/threshold'
import { metricValue } from '@/lib/format'
import { measured, metricLabel } from '@/lib/metrics'
import { lineInWords, pointsOf, targetOf } from './lanes'
import type { Proposed } from './proposal'

interface Props {
  metric: string
  detail: Detail
  numbers: Numbers | undefined
  from: number
  to: number
  sync: string
  proposed: Proposed | null
  propose: (next: Proposed) => void
  onZoom: (span: Span | null) => void
}

/** One metric with the thresholds that it is judged by. */
export const MetricLane = memo(function MetricLane({
  metric,
  detail,
  numbers,
  proposed,
  propose,
  ...rest
}: Props) {
  const role = useSession().data?.role
  const points = pointsOf(numbers, metric)
  const format = useMemo(() => (value: number) => metricValue(metric, value), [metric])
  const lines = useMemo<PlotLine[]>(() => [{ name: metric, points, color: 'primary' }], [metric, points])
  const rules = JSON.stringify(
    detail.rules.filter((rule) => rule.metric === metric).map(({ value: _, ...rule }) => rule),
  )
  const thresholds = useMemo(
    () => thresholdsOf(JSON.parse(rules) as Rule[], proposed, role === 'admin' ? propose : undefined),
    [rules, proposed, propose, role],
  )
  const target = targetOf(detail)
  const goal = target?.metric === metric ? target.value : null
  const rails = useMemo(
    () => (goal === null ? [] : [{ value: goal, label: `target ${metricValue(metric, goal)}` }]),
    [goal, metric],
  )
  const label = metricLabel(metric)
  return (
    <Plot
      title={label === metric ? metric : `${label} (${metric})`}
      label={`${label}: ${lineInWords(points, (value) => measured(metric, value))}`}
      lines={lines}
      format={format}
      thresholds={thresholds}
      rails={rails}
      {...rest}
    />
  )
})

type Rule = Omit<Detail['rules'][number], 'value'>

function thresholdsOf(
  rules: Rule[],
  proposed: Proposed | null,
  propose?: (next: Proposed) => void,
): Threshold[] {
  return rules.map((rule) => {
    const { metric, op, direction, threshold } = rule
    const key = `${direction} ${rule.rule}`
    return {
      key,
      label: `Threshold: ${direction === 'up' ? 'more' : 'fewer'} replicas when ${metricLabel(metric)} ${op}`,
      value: proposed?.key === key ? proposed.value : threshold,
      onMove: propose && ((value) => propose({ key, metric, op, value, was: threshold })),
    }
  })
}
