/** What is drawn on a plot's canvas besides its lines. */
import type { Theme } from '@mui/material'
import type { MarkKind } from '@/lib/decisions'
import type { Mark, Span } from './plot-data'

/** Where the plotting area lies, in the canvas's own pixels, and how values get there. */
export interface Surface {
  ctx: CanvasRenderingContext2D
  left: number
  top: number
  width: number
  height: number
  pixel: number
  x(time: number): number
  y(value: number): number
}

const HATCH_PX = 7
const WORDS_FROM_PX = 56

/** Hatched and named where nothing is known, so that it is never taken for zero. */
export function drawGaps(on: Surface, spans: readonly Span[], theme: Theme): void {
  const { ctx, pixel } = on
  for (const [from, to] of spans) {
    const left = Math.max(on.x(from), on.left)
    const right = Math.min(on.x(to), on.left + on.width)
    if (right - left < pixel) continue
    ctx.save()
    ctx.beginPath()
    ctx.rect(left, on.top, right - left, on.height)
    ctx.clip()
    ctx.strokeStyle = theme.palette.action.disabled
    ctx.lineWidth = pixel
    ctx.beginPath()
    for (let at = left - on.height; at < right; at += HATCH_PX * pixel) {
      ctx.moveTo(at, on.top + on.height)
      ctx.lineTo(at + on.height, on.top)
    }
    ctx.stroke()
    if (right - left > WORDS_FROM_PX * pixel) drawWords(on, 'no data', (left + right) / 2, theme)
    ctx.restore()
  }
}

function drawWords(on: Surface, words: string, x: number, theme: Theme): void {
  const { ctx, pixel } = on
  const y = on.top + on.height / 2
  ctx.font = `${11 * pixel}px ${theme.typography.fontFamily}`
  ctx.textAlign = 'center'
  ctx.textBaseline = 'middle'
  const wide = ctx.measureText(words).width + 10 * pixel
  ctx.fillStyle = theme.palette.background.paper
  ctx.fillRect(x - wide / 2, y - 9 * pixel, wide, 18 * pixel)
  ctx.fillStyle = theme.palette.text.secondary
  ctx.fillText(words, x, y)
}

/** A faint line over the whole width, with its name: the most and the fewest replicas. */
export function drawRail(on: Surface, value: number, label: string, theme: Theme): void {
  const { ctx, pixel } = on
  const y = Math.round(on.y(value)) + pixel / 2
  ctx.save()
  ctx.strokeStyle = theme.palette.text.disabled
  ctx.lineWidth = pixel
  ctx.setLineDash([2 * pixel, 4 * pixel])
  ctx.beginPath()
  ctx.moveTo(on.left, y)
  ctx.lineTo(on.left + on.width, y)
  ctx.stroke()
  ctx.font = `${11 * pixel}px ${theme.typography.fontFamily}`
  ctx.textAlign = 'right'
  const below = y - on.top < 16 * pixel
  ctx.textBaseline = below ? 'top' : 'bottom'
  const [x, at] = [on.left + on.width - 4 * pixel, y + (below ? 2 : -2) * pixel]
  ctx.setLineDash([])
  ctx.lineJoin = 'round'
  ctx.lineWidth = 4 * pixel
  ctx.strokeStyle = theme.palette.background.paper // a line may end just where the label is
  ctx.strokeText(label, x, at)
  ctx.fillStyle = theme.palette.text.secondary
  ctx.fillText(label, x, at)
  ctx.restore()
}

export const markColor = (kind: MarkKind, { palette }: Theme): string =>
  ({
    up: palette.primary.main,
    down: palette.success.main,
    asked: palette.warning.main,
    blocked: palette.text.secondary,
    failed: palette.error.main,
    held: palette.text.secondary,
  })[kind]

const TURN = 2 * Math.PI

/** Each kind has a shape of its own; the one that is lit is larger and ringed. */
export function drawMark(on: Surface, mark: Mark, lit: boolean, theme: Theme): void {
  const { ctx } = on
  const r = (lit ? 7 : 5.5) * on.pixel
  const x = on.x(mark.at)
  const y = on.top + on.height / 2
  ctx.save()
  ctx.translate(x, y)
  ctx.fillStyle = markColor(mark.kind, theme)
  ctx.strokeStyle = ctx.fillStyle
  ctx.lineWidth = 1.5 * on.pixel
  SHAPES[mark.kind](ctx, r)
  if (lit) {
    ctx.strokeStyle = theme.palette.text.primary
    ctx.beginPath()
    ctx.arc(0, 0, r + 4 * on.pixel, 0, TURN)
    ctx.stroke()
  }
  ctx.restore()
}

type Shape = (ctx: CanvasRenderingContext2D, r: number) => void

const triangle =
  (tip: 1 | -1): Shape =>
  (ctx, r) => {
    ctx.beginPath()
    ctx.moveTo(0, -tip * r)
    ctx.lineTo(r, tip * r * 0.8)
    ctx.lineTo(-r, tip * r * 0.8)
    ctx.fill()
  }

const ring: Shape = (ctx, r) => {
  ctx.beginPath()
  ctx.arc(0, 0, r, 0, TURN)
  ctx.stroke()
}

const line = (ctx: CanvasRenderingContext2D, x1: number, y1: number, x2: number, y2: number) => {
  ctx.beginPath()
  ctx.moveTo(x1, y1)
  ctx.lineTo(x2, y2)
  ctx.stroke()
}

const SHAPES: Readonly<Record<MarkKind, Shape>> = {
  up: triangle(1),
  down: triangle(-1),
  asked: (ctx, r) => {
    ring(ctx, r)
    ctx.beginPath()
    ctx.moveTo(0, 0)
    ctx.arc(0, 0, r, -TURN / 4, 0)
    ctx.fill()
  },
  blocked: (ctx, r) => {
    ring(ctx, r)
    line(ctx, -r * 0.7, r * 0.7, r * 0.7, -r * 0.7)
  },
  failed: (ctx, r) => {
    line(ctx, -r * 0.8, -r * 0.8, r * 0.8, r * 0.8)
    line(ctx, -r * 0.8, r * 0.8, r * 0.8, -r * 0.8)
  },
  held: (ctx, r) => {
    ctx.beginPath()
    ctx.arc(0, 0, r * 0.4, 0, TURN)
    ctx.fill()
  },
}
