import { Box } from '@mui/material'
import { type KeyboardEvent, type PointerEvent, useState } from 'react'
import { nudge, snap } from './plot-data'

export interface Threshold {
  key: string
  /** What it is for a screen reader: "more replicas when CPU, average is above". */
  label: string
  value: number
  /** Called with where it was moved to; without it the line can't be moved. */
  onMove?: ((value: number) => void) | undefined
}

interface Props extends Threshold {
  low: number
  high: number
  height: number
  format: (value: number) => string
}

const KEYS: Readonly<Record<string, number>> = {
  ArrowUp: 1,
  ArrowDown: -1,
  ArrowRight: 1,
  ArrowLeft: -1,
  PageUp: 10,
  PageDown: -10,
}

/** A line over a plot that can be moved: by hand, or by arrow keys when it has the focus. */
export function ThresholdLine({ label, value, onMove, low, high, height, format }: Props) {
  const [moving, setMoving] = useState<number | null>(null)
  const shown = moving ?? value
  const step = nudge(high - low)
  const y = Math.min(height, Math.max(0, height * (1 - (shown - low) / (high - low || 1))))
  const at = (event: PointerEvent<HTMLElement>) => {
    const area = event.currentTarget.parentElement?.getBoundingClientRect()
    const share = area ? 1 - (event.clientY - area.top) / area.height : 0
    return snap(low + Math.min(1, Math.max(0, share)) * (high - low), step)
  }
  const onKeyDown = (event: KeyboardEvent) => {
    const by = KEYS[event.key]
    if (by === undefined) return
    event.preventDefault()
    onMove?.(snap(Math.max(0, shown + by * step), step))
  }
  const line = { position: 'absolute', left: 0, right: 0, top: 0, transform: `translateY(${y}px)` } as const
  const movable = onMove !== undefined
  return (
    <Box
      {...(movable
        ? {
            role: 'slider',
            tabIndex: 0,
            'aria-orientation': 'vertical',
            'aria-label': label,
            'aria-valuemin': Math.min(low, shown),
            'aria-valuemax': Math.max(high, shown),
            'aria-valuenow': shown,
            'aria-valuetext': format(shown),
            onKeyDown,
            onPointerDown: (event: PointerEvent<HTMLElement>) => {
              event.currentTarget.setPointerCapture(event.pointerId)
              setMoving(shown)
            },
            onPointerMove: (event: PointerEvent<HTMLElement>) => moving !== null && setMoving(at(event)),
            onPointerUp: (event: PointerEvent<HTMLElement>) => {
              if (moving !== null && at(event) !== value) onMove(at(event))
              setMoving(null)
            },
            onPointerCancel: () => setMoving(null),
          }
        : { 'aria-hidden': true })}
      style={line}
      sx={{
        height: 0,
        pointerEvents: movable ? 'auto' : 'none',
        cursor: movable ? 'ns-resize' : 'default',
        touchAction: 'none',
        '&::before': { content: '""', position: 'absolute', left: 0, right: 0, top: -5, height: 10 },
        '&::after': {
          content: '""',
          position: 'absolute',
          left: 0,
          right: 0,
          borderTop: '1.5px dashed',
          borderColor: 'warning.main',
        },
        '&:focus-visible': { outline: 'none' },
        '&:focus-visible > span': { outline: '2px solid', outlineColor: 'primary.main' },
      }}
    >
      <Box
        component="span"
        sx={{
          position: 'absolute',
          right: 4,
          top: y < 20 ? 2 : -19,
          zIndex: 1,
          px: 0.75,
          borderRadius: 1,
          fontSize: 11,
          lineHeight: '16px',
          bgcolor: 'background.paper',
          border: 1,
          borderColor: 'warning.main',
          color: 'text.primary',
          userSelect: 'none',
        }}
      >
        {format(shown)}
        {movable && <span aria-hidden> ↕</span>}
      </Box>
    </Box>
  )
}
