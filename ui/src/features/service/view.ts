/** What is chosen on a service's screen; all of it is in the URL. */
import { useCallback, useMemo } from 'react'
import { useSearchParams } from 'react-router'
import type { Numbers } from '@/api/series'
import type { Span } from '@/components/plot-data'

export const RANGES = [
  { minutes: 15, label: '15 min' },
  { minutes: 60, label: '1 h' },
  { minutes: 360, label: '6 h' },
  { minutes: 1440, label: '24 h' },
] as const

export interface View {
  /** `null`: not chosen, so it is as long as the record, up to an hour. */
  minutes: number | null
  /** What was zoomed into; without it the range up to now is shown. */
  zoom: Span | null
  decision: number | null
  extra: readonly string[]
}

export const USUAL_MIN = 60
const SHORT_MIN = 15
const YOUNG_S = 20 * 60

/** What is looked at when nothing was chosen: of a young record an hour would be mostly empty. */
export const fitting = (numbers: Numbers | undefined, now: number): number => {
  const firsts = [...(numbers?.values() ?? [])].flatMap(
    (points) => points.find(([, value]) => value !== null)?.[0] ?? [],
  )
  return firsts.length > 0 && now - Math.min(...firsts) > YOUNG_S ? USUAL_MIN : SHORT_MIN
}

export function readView(params: URLSearchParams): View {
  const range = Number(params.get('range'))
  const zoom = [moment(params.get('from')), moment(params.get('to'))] as const
  const decision = Number(params.get('decision'))
  return {
    minutes: RANGES.some(({ minutes }) => minutes === range) ? range : null,
    zoom: zoom[0] !== null && zoom[1] !== null && zoom[0] < zoom[1] ? [zoom[0], zoom[1]] : null,
    decision: Number.isInteger(decision) && decision > 0 ? decision : null,
    extra: params.get('metrics')?.split(',').filter(Boolean) ?? [],
  }
}

function moment(text: string | null): number | null {
  const at = Date.parse(text ?? '')
  return Number.isNaN(at) ? null : at / 1000
}

const iso = (seconds: number) => new Date(seconds * 1000).toISOString()

/** The parameters with some of them changed; what is as usual is left out. */
export function writeView(params: URLSearchParams, change: Partial<View>): URLSearchParams {
  const view = { ...readView(params), ...change }
  const next = new URLSearchParams(params)
  const set = (name: string, value: string | null) => (value ? next.set(name, value) : next.delete(name))
  set('range', view.minutes === null ? null : String(view.minutes))
  set('from', view.zoom && iso(view.zoom[0]))
  set('to', view.zoom && iso(view.zoom[1]))
  set('decision', view.decision === null ? null : String(view.decision))
  set('metrics', view.extra.join(','))
  return next
}

export function useView(): [View, (change: Partial<View>) => void] {
  const [params, setParams] = useSearchParams()
  const view = useMemo(() => readView(params), [params])
  const change = useCallback(
    (next: Partial<View>) => setParams((before) => writeView(before, next), { replace: true }),
    [setParams],
  )
  return [view, change]
}
