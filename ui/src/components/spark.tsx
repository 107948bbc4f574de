import { useTheme } from '@mui/material'
import { memo } from 'react'
import { metricValue } from '@/lib/format'

export type Point = readonly [time: number, value: number | null]

const WIDTH = 120
const HEIGHT = 28

/** A line of the last hour, with its threshold as a hairline. Where nothing is known, there is no line. */
export const Spark = memo(function Spark({
  metric,
  points,
  threshold,
  over = 'the last hour',
}: {
  metric: string
  points: readonly Point[]
  threshold?: number | null
  over?: string
}) {
  const { palette } = useTheme()
  const known = points.map((point) => point[1]).filter((value): value is number => value !== null)
  const latest = points.at(-1)?.[1] ?? null
  const bar = threshold ?? null
  const top = Math.max(...known, bar ?? 0, Number.MIN_VALUE) * 1.1
  const y = (value: number) => HEIGHT - 1 - (value / top) * (HEIGHT - 2)
  const words = `${metric} over ${over}, now ${metricValue(metric, latest)}${bar === null ? '' : `, threshold ${metricValue(metric, bar)}`}`
  return (
    <svg width={WIDTH} height={HEIGHT} role="img" aria-label={words}>
      {bar !== null && (
        <line
          x1={0}
          x2={WIDTH}
          y1={y(bar)}
          y2={y(bar)}
          stroke={palette.warning.main}
          strokeWidth={1}
          strokeDasharray="3 3"
        />
      )}
      <path
        d={sparkPath(points, WIDTH, y)}
        fill="none"
        stroke={palette.primary.main}
        strokeWidth={1.5}
        strokeLinejoin="round"
      />
    </svg>
  )
})

/** The path through what is known, broken where something is not. */
export function sparkPath(points: readonly Point[], width: number, y: (value: number) => number): string {
  const first = points[0]?.[0] ?? 0
  const span = (points.at(-1)?.[0] ?? 0) - first || 1
  let pen = 'M'
  const parts: string[] = []
  for (const [time, value] of points) {
    if (value === null) pen = 'M'
    else {
      parts.push(`${pen}${(((time - first) / span) * width).toFixed(1)},${y(value).toFixed(1)}`)
      pen = 'L'
    }
  }
  return parts.join('')
}
