/** The canvas of a lane. The only file that knows uPlot. */
import 'uplot/dist/uPlot.min.css'
import type { Theme } from '@mui/material'
import uPlot from 'uplot'
import { lastKnown, type Mark, nearest, type PlotPoint, type Span, thin } from './plot-data'
import { drawGaps, drawMark, drawRail, type Surface } from './plot-draw'
import type { Threshold } from './threshold'

export interface PlotLine {
  name: string
  points: readonly PlotPoint[]
  color: 'primary' | 'secondary' | 'info'
  step?: boolean
  /** How long each dash and each pause is, in pixels. */
  dash?: number[]
}

export interface PlotProps {
  /** The name above the lane. */
  title: string
  /** What is to be seen, for who can't see it. */
  label: string
  lines: readonly PlotLine[]
  from: number
  to: number
  format: (value: number) => string
  height?: number
  /** Up to here at least. */
  least?: number
  rails?: readonly { value: number; label: string }[]
  thresholds?: readonly Threshold[]
  marks?: readonly Mark[]
  lit?: number | null
  onLight?: (id: number | null) => void
  onPick?: (id: number) => void
  /** Lanes with the same key have one cursor. */
  sync: string
  times?: boolean
  /** Only whole numbers on its axis. */
  whole?: boolean
  onZoom: (span: Span | null) => void
}

export const AXIS_PX = 64
const TIMES_PX = 26
export const SIDE_PX = 28
export const TOP_PX = 6
export const BOTTOM_PX = 4
const NEAR_PX = 9
const WHOLE = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000]

/** What a lane is to show now; looked up whenever something is drawn. */
export interface Latest extends PlotProps {
  marks: readonly Mark[]
  rails: NonNullable<PlotProps['rails']>
  data: (number | null | undefined)[][]
  holes: readonly Span[]
  low: number
  high: number
  lit: number | null
}

export interface Chart {
  setData(data: Latest['data']): void
  redraw(): void
  setSize(size: { width: number; height: number }): void
  destroy(): void
}

export const plotHeight = (height: number, times: boolean) => height + (times ? TIMES_PX : 0)

export function chart(root: HTMLElement, latest: Box<Latest>, readout: Readout, theme: Theme): Chart {
  const { height = 120, times = false, data } = latest.current
  const size = { width: root.clientWidth, height: plotHeight(height, times) }
  const made = new uPlot({ ...optionsOf(latest, readout, theme), ...size }, data as uPlot.AlignedData, root)
  return {
    setData: (next) => made.setData(next as uPlot.AlignedData),
    redraw: () => made.redraw(false),
    setSize: (next) => made.setSize(next),
    destroy: () => made.destroy(),
  }
}

type Box<T> = { current: T }
type Readout = { current: HTMLElement | null }

function optionsOf(
  latest: Box<Latest>,
  readout: Readout,
  theme: Theme,
): Omit<uPlot.Options, 'width' | 'height'> {
  const { palette, typography } = theme
  const { sync, lines, times = false } = latest.current
  const font = `11px ${typography.fontFamily}`
  const grid = { stroke: palette.divider, width: 1 }
  const axis = { stroke: palette.text.secondary, font, grid, ticks: { show: false } }
  const isMarks = lines.length === 0
  return {
    padding: [TOP_PX, SIDE_PX, times ? 0 : BOTTOM_PX, 0],
    legend: { show: false },
    scales: {
      x: { range: () => [latest.current.from, latest.current.to] },
      y: { range: () => [latest.current.low, latest.current.high] },
    },
    axes: [
      {
        ...axis,
        size: times ? TIMES_PX + BOTTOM_PX : 0,
        space: 80,
        values: (_, at) => at.map((one) => clock(one, at)),
        ...(times ? {} : { values: () => [] }),
      },
      {
        ...axis,
        size: AXIS_PX,
        space: latest.current.whole ? 18 : 28,
        ...(latest.current.whole ? { incrs: WHOLE } : {}),
        grid: isMarks ? { show: false } : grid,
        values: (_, at) => (isMarks ? [] : at.map((one) => latest.current.format(one))),
      },
    ],
    series: [{}, ...lines.map((line) => seriesOf(line, theme))],
    cursor: {
      sync: { key: sync, scales: ['x', null] },
      drag: { x: true, y: false, setScale: false, dist: 5 },
      points: { size: 6 },
      y: false,
      bind: {
        dblclick: () => () => {
          latest.current.onZoom(null)
          return null
        },
      },
    },
    hooks: {
      init: [(u) => listen(u, latest)],
      drawClear: [(u) => drawGaps(surface(u), latest.current.holes, theme)],
      draw: [(u) => drawRest(u, latest, theme), (u) => tell(u, latest, readout)],
      setCursor: [(u) => tell(u, latest, readout)],
      setSelect: [(u) => zoom(u, latest)],
    },
  }
}

function seriesOf({ name, color, step, dash }: PlotLine, { palette }: Theme): uPlot.Series {
  const stepped = uPlot.paths.stepped?.({ align: 1 })
  return {
    label: name,
    stroke: palette[color].main,
    width: 1.5,
    points: { show: false },
    ...(dash ? { dash } : {}),
    ...(step && stepped ? { paths: stepped } : {}),
  }
}

const surface = (u: uPlot): Surface => ({
  ctx: u.ctx,
  ...u.bbox,
  pixel: uPlot.pxRatio,
  x: (time) => u.valToPos(time, 'x', true),
  y: (value) => u.valToPos(value, 'y', true),
})

function drawRest(u: uPlot, { current }: Box<Latest>, theme: Theme): void {
  const on = surface(u)
  for (const rail of current.rails) drawRail(on, rail.value, rail.label, theme)
  const shown = thin(current.marks, current.from, current.to, u.over.clientWidth)
  const isLit = (mark: Mark) => mark.id === current.lit
  const dotsFirst = [...shown].sort((a, b) => Number(b.kind === 'held') - Number(a.kind === 'held'))
  for (const mark of dotsFirst) if (!isLit(mark)) drawMark(on, mark, false, theme)
  const lit = current.marks.find(isLit)
  if (lit && lit.at >= current.from && lit.at <= current.to) drawMark(on, lit, true, theme)
}

/** What is under the cursor, or else the latest, in words beside the name. */
function tell(u: uPlot, { current }: Box<Latest>, { current: into }: Readout): void {
  if (!into || current.lines.length === 0) return
  const times = u.data[0]
  const at = u.cursor.idx ?? lastBefore(times, current.to)
  const words = current.lines.map((line, index) => {
    const value = lastKnown(u.data[index + 1], at)
    const text = value === null || value === undefined ? 'no data' : current.format(value)
    return current.lines.length > 1 ? `${line.name} ${text}` : text
  })
  const time = times[at]
  const when = u.cursor.idx == null || time === undefined ? '' : `${clock(time, [])} · `
  into.textContent = when + words.join(' · ')
}

function lastBefore(times: ArrayLike<number>, to: number): number {
  let at = times.length - 1
  while (at > 0 && (times[at] ?? 0) > to) at -= 1
  return at
}

function zoom(u: uPlot, { current }: Box<Latest>): void {
  const { left, width } = u.select
  if (width < 1) return
  u.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false)
  // Its synchronised neighbours are told of the same selection.
  if (u.over.matches(':hover')) current.onZoom([u.posToVal(left, 'x'), u.posToVal(left + width, 'x')])
}

function listen(u: uPlot, latest: Box<Latest>): void {
  const under = (event: MouseEvent) => {
    const { marks, from, to } = latest.current
    const width = u.over.clientWidth
    const shown = thin(marks, from, to, width)
    return nearest(shown, u.posToVal(event.offsetX, 'x'), ((to - from) / width) * NEAR_PX)
  }
  u.over.addEventListener('mousemove', (event) => {
    if (latest.current.marks.length === 0) return
    const mark = under(event)
    u.over.style.cursor = mark ? 'pointer' : ''
    latest.current.onLight?.(mark?.id ?? null)
  })
  u.over.addEventListener('mouseleave', () => latest.current.onLight?.(null))
  u.over.addEventListener('click', (event) => {
    const mark = under(event)
    if (mark) latest.current.onPick?.(mark.id)
  })
}

const MINUTES = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' })
const SECONDS = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit', second: '2-digit' })

/** With seconds where the ticks around are less than a minute apart, and for a single moment. */
function clock(time: number, ticks: readonly number[]): string {
  const step = (ticks[1] ?? 0) - (ticks[0] ?? 0)
  return (step < 60 ? SECONDS : MINUTES).format(time * 1000)
}
