/** What is looked for in the record; all of it is in the URL. */
import { useCallback, useMemo } from 'react'
import { useSearchParams } from 'react-router'
import type { DecisionFilter } from '@/api/decisions'

const NAMES = ['project', 'service', 'action', 'phase', 'source', 'q'] as const
export type FilterName = (typeof NAMES)[number]
export type Filter = Pick<DecisionFilter, FilterName>

export function readFilter(params: URLSearchParams): Filter {
  const filter: Filter = {}
  for (const name of NAMES) {
    const value = params.get(name)?.trim()
    if (value) filter[name] = value
  }
  return filter
}

/** The parameters with some of them changed. A service belongs to its project: with another one it goes. */
export function writeFilter(params: URLSearchParams, change: Partial<Filter>): URLSearchParams {
  const next = new URLSearchParams(params)
  const all = 'project' in change && !('service' in change) ? { ...change, service: undefined } : change
  for (const [name, value] of Object.entries(all)) {
    if (value) next.set(name, value)
    else next.delete(name)
  }
  return next
}

export function useFilter(): [Filter, (change: Partial<Filter>) => void] {
  const [params, setParams] = useSearchParams()
  const filter = useMemo(() => readFilter(params), [params])
  const change = useCallback(
    (next: Partial<Filter>) => setParams((before) => writeFilter(before, next), { replace: true }),
    [setParams],
  )
  return [filter, change]
}
