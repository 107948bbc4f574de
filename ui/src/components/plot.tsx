import { Box, Stack, Typography, useTheme } from '@mui/material'
import { memo, useEffect, useLayoutEffect, useMemo, useRef } from 'react'
import {
  AXIS_PX,
  BOTTOM_PX,
  type Chart,
  chart,
  type Latest,
  type PlotProps,
  plotHeight,
  SIDE_PX,
  TOP_PX,
} from './plot-canvas'
import { align, gaps, reach } from './plot-data'
import { ThresholdLine } from './threshold'

const NONE: readonly never[] = []

/** One lane over a time axis that it shares with others of the same `sync`. */
export const Plot = memo(function Plot(props: PlotProps) {
  const {
    title,
    label,
    lines,
    from,
    to,
    format,
    height = 120,
    least,
    rails = NONE,
    thresholds = NONE,
  } = props
  const { marks = NONE, lit = null, times = false, sync } = props
  const theme = useTheme()
  const box = useRef<HTMLDivElement>(null)
  const readout = useRef<HTMLSpanElement>(null)
  const plot = useRef<Chart | null>(null)
  const data = useMemo<Latest['data']>(() => {
    const { times, values } = align(lines.map((line) => line.points))
    return times.length > 0 ? [times, ...values] : [[from, to], ...lines.map(() => [null, null])]
  }, [lines, from, to])
  const holes = useMemo(() => (lines[0] ? gaps(lines[0].points, from, to) : []), [lines, from, to])
  const [low, high] = useMemo(
    () =>
      reach(
        [...data.slice(1).flat(), ...rails.map((one) => one.value), ...thresholds.map((one) => one.value)],
        least,
      ),
    [data, rails, thresholds, least],
  )
  const now: Latest = { ...props, marks, rails, data, holes, low, high, lit }
  const latest = useRef(now)
  latest.current = now

  const looks = lines.map((line) => [line.name, line.color, line.step, line.dash].join()).join(';')
  // biome-ignore lint/correctness/useExhaustiveDependencies: looks stands for the lines, whose points come by setData
  useLayoutEffect(() => {
    const root = box.current
    if (!root) return
    const made = chart(root, latest, readout, theme)
    plot.current = made
    const watch = new ResizeObserver(() =>
      made.setSize({ width: root.clientWidth, height: plotHeight(height, times) }),
    )
    watch.observe(root)
    return () => {
      watch.disconnect()
      made.destroy()
      plot.current = null
    }
  }, [theme, looks, height, times, sync])

  // biome-ignore lint/correctness/useExhaustiveDependencies: a new span or bound is drawn with the same points
  useEffect(() => plot.current?.setData(data), [data, from, to, low, high])
  // biome-ignore lint/correctness/useExhaustiveDependencies: they are read from latest when drawing
  useEffect(() => plot.current?.redraw(), [marks, lit, rails])

  return (
    <Box>
      <Stack
        direction="row"
        justifyContent="space-between"
        alignItems="baseline"
        sx={{ pl: 1, pr: `${SIDE_PX}px` }}
      >
        <Typography variant="body2" fontWeight={600}>
          {title}
        </Typography>
        <Typography
          ref={readout}
          variant="body2"
          color="text.secondary"
          aria-hidden
          component="span"
          noWrap
        />
      </Stack>
      <Box sx={{ position: 'relative' }}>
        <Box ref={box} role="img" aria-label={label} sx={{ '& .u-over': { cursor: 'crosshair' } }} />
        <Box
          sx={{
            position: 'absolute',
            left: AXIS_PX,
            right: SIDE_PX,
            top: TOP_PX,
            height: height - TOP_PX - BOTTOM_PX,
            pointerEvents: 'none',
          }}
        >
          {thresholds.map((one) => (
            <ThresholdLine
              {...one}
              key={one.key}
              low={low}
              high={high}
              height={height - TOP_PX - BOTTOM_PX}
              format={format}
            />
          ))}
        </Box>
      </Box>
    </Box>
  )
})
