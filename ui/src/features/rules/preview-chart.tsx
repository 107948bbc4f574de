import { Box, Stack, Typography, useTheme } from '@mui/material'
import type { ReplaySide } from '@/api/types'
import { sparkPath } from '@/components/spark'
import { metricValue } from '@/lib/format'
import { exact } from '@/lib/time'
import { stepPath, type TimePoint } from './steps'

const WIDTH = 600
const METRIC = 120
const STEPS = 80
const GAP = 16

const timed = (points: readonly (readonly [string, number | null])[]): TimePoint[] =>
  points.map(([at, value]) => [Date.parse(at), value])

/** The metric with its thresholds, and below it the replicas: those of now and those proposed. */
export function PreviewChart({ now, proposed }: { now: ReplaySide; proposed: ReplaySide | null }) {
  const { palette } = useTheme()
  const points = timed(now.points)
  const sides = proposed ? [now, proposed] : [now]
  const bars = sides.map((side) => side.threshold).filter((bar): bar is number => bar !== null)
  const known = points.map((point) => point[1]).filter((value): value is number => value !== null)
  const top = Math.max(...known, ...bars, Number.MIN_VALUE) * 1.1
  const most = Math.max(1, ...sides.flatMap((side) => side.replicas.map(([, n]) => n)))
  const [first, last] = [points[0]?.[0] ?? 0, points.at(-1)?.[0] ?? 0]
  const y = (value: number) => METRIC - (value / top) * (METRIC - 4)
  const floor = METRIC + GAP + STEPS
  const stepY = (n: number) => floor - (n / most) * (STEPS - 4)
  const steps = (side: ReplaySide) => stepPath(timed(side.replicas), first, last, WIDTH, stepY)
  const metric = now.metric ?? 'metric'
  const words = `${metric} up to ${metricValue(metric, known.length ? Math.max(...known) : null)}, and up to ${most} replicas, from ${exact(first)} to ${exact(last)}`
  return (
    <Stack spacing={0.5}>
      <Typography variant="caption" color="text.secondary">
        {metric}
        {bars.length > 0 &&
          `, threshold ${[...new Set(bars)].map((bar) => metricValue(metric, bar)).join(' → ')}`}
      </Typography>
      <svg
        viewBox={`0 0 ${WIDTH} ${floor + 2}`}
        width="100%"
        height={floor + 2}
        preserveAspectRatio="none"
        role="img"
        aria-label={words}
      >
        <g fill="none" vectorEffect="non-scaling-stroke" strokeWidth={1.5}>
          <line x1={0} x2={WIDTH} y1={METRIC} y2={METRIC} stroke={palette.divider} />
          <line x1={0} x2={WIDTH} y1={floor} y2={floor} stroke={palette.divider} />
          {now.threshold !== null && (
            <line
              x1={0}
              x2={WIDTH}
              y1={y(now.threshold)}
              y2={y(now.threshold)}
              stroke={palette.text.disabled}
              strokeDasharray="4 4"
            />
          )}
          {proposed && proposed.threshold !== null && (
            <line
              x1={0}
              x2={WIDTH}
              y1={y(proposed.threshold)}
              y2={y(proposed.threshold)}
              stroke={palette.primary.main}
              strokeDasharray="4 4"
            />
          )}
          <path d={sparkPath(points, WIDTH, y)} stroke={palette.text.secondary} />
          <path d={steps(now)} stroke={palette.text.disabled} strokeWidth={2} />
          {proposed && <path d={steps(proposed)} stroke={palette.primary.main} strokeWidth={2} />}
        </g>
      </svg>
      <Stack direction="row" spacing={2} alignItems="center">
        <Typography variant="caption" color="text.secondary">
          Replicas, at most {most}:
        </Typography>
        <Key color={palette.text.disabled} label="with the rules of now" />
        {proposed && <Key color={palette.primary.main} label="with your change" />}
      </Stack>
    </Stack>
  )
}

function Key({ color, label }: { color: string; label: string }) {
  return (
    <Stack direction="row" spacing={0.75} alignItems="center">
      <Box sx={{ width: 14, height: 3, bgcolor: color }} aria-hidden />
      <Typography variant="caption" color="text.secondary">
        {label}
      </Typography>
    </Stack>
  )
}
