import { memo, useMemo } from 'react'
import type { Numbers } from '@/api/series'
import type { Detail } from '@/api/types'
import { Plot } from '@/components/plot'
import type { PlotLine } from '@/components/plot-canvas'
import type { Span } from '@/components/plot-data'
import { plain } from '@/lib/format'
import { FORECAST, lineInWords, pointsOf } from './lanes'

interface Props {
  detail: Detail
  numbers: Numbers | undefined
  from: number
  to: number
  sync: string
  onZoom: (span: Span | null) => void
}

/** What there was and what was wanted: where they part, Docker was on its way. And the load that is foreseen. */
export const ReplicasLane = memo(function ReplicasLane({ detail, numbers, ...rest }: Props) {
  const actual = pointsOf(numbers, 'replicas')
  const desired = pointsOf(numbers, 'desired')
  const forecast = numbers?.get(FORECAST)
  const lines = useMemo<PlotLine[]>(
    () => [
      { name: 'actual', points: actual, color: 'primary', step: true },
      { name: 'desired', points: desired, color: 'secondary', step: true, dash: [5, 4] },
      ...(forecast ? [{ name: 'forecast', points: forecast, color: 'info' as const, dash: [2, 3] }] : []),
    ],
    [actual, desired, forecast],
  )
  const { min, max } = detail.service
  const rails = useMemo(
    () => [
      ...(max === null ? [] : [{ value: max, label: `max ${max}` }]),
      ...(min === null ? [] : [{ value: min, label: `min ${min}` }]),
    ],
    [min, max],
  )
  return (
    <Plot
      title={`Replicas (solid: actual, dashed: desired${forecast ? ', dotted: forecast' : ''})`}
      label={`Replicas, ${lines.map(({ name, points }) => `${name}: ${lineInWords(points, plain)}`).join('; ')}`}
      lines={lines}
      format={plain}
      rails={rails}
      whole
      {...rest}
    />
  )
})
