/** What was recorded of a service in the span that is looked at. */
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useMemo, useRef } from 'react'
import { decisions, LONGEST_PAGE } from '@/api/decisions'
import { type Numbers, useNumbers } from '@/api/series'
import type { Decision } from '@/api/types'
import type { Span } from '@/components/plot-data'
import { fitting, USUAL_MIN, type View } from './view'

export interface Story {
  numbers: Numbers | undefined
  /** Newest first, of the span only. */
  decisions: readonly Decision[]
  /** There are more than fit. */
  cut: boolean
  span: Span
  /** How far back that is, when it isn't zoomed into. */
  minutes: number
  loading: boolean
  errors: readonly { what: string; error: unknown; retry: () => void }[]
}

const NONE: readonly Decision[] = []

export function useStory(project: string, service: string, view: View): Story {
  const { zoom } = view
  const most = view.minutes ?? USUAL_MIN
  // A zoom into the recent past gets finer points than the whole range has.
  const back = zoom ? Math.max(1, Math.ceil((Date.now() / 1000 - zoom[0]) / 60)) : most
  const numbers = useNumbers(project, service, back)
  const record = useQuery({
    queryKey: ['decisions', 'of', project, service, back],
    queryFn: ({ signal }) => {
      const since = new Date(Date.now() - back * 60_000).toISOString()
      return decisions({ project, service, since, limit: LONGEST_PAGE }, signal)
    },
    placeholderData: keepPreviousData,
  })
  const now = Math.max(numbers.dataUpdatedAt, record.dataUpdatedAt) / 1000 || Date.now() / 1000
  const minutes = view.minutes ?? fitting(numbers.data, now)
  const [from, to] = zoom ?? [now - minutes * 60, now]
  const all = record.data ?? NONE
  const within = useMemo(() => all.filter((one) => inside(one, from, to)), [all, from, to])
  const shown = useSame(within)
  const span = useMemo(() => [from, to] as const, [from, to])
  return {
    numbers: numbers.data,
    decisions: shown,
    cut: all.length === LONGEST_PAGE && shown.length === all.length,
    span,
    minutes,
    loading: numbers.isPending || record.isPending,
    errors: [
      { what: 'The numbers could not be loaded', query: numbers },
      { what: 'The decisions could not be loaded', query: record },
    ].flatMap(({ what, query }) =>
      query.isError ? [{ what, error: query.error, retry: () => void query.refetch() }] : [],
    ),
  }
}

const inside = ({ timestamp }: Decision, from: number, to: number) => {
  const at = Date.parse(timestamp) / 1000
  return at >= from && at <= to + 1
}

/** The list as before for as long as it has the same rows, so that a moving span alone redraws no table. */
function useSame(list: readonly Decision[]): readonly Decision[] {
  const kept = useRef(list)
  const same = kept.current.length === list.length && list.every((one, at) => one === kept.current[at])
  if (!same) kept.current = list
  return kept.current
}
