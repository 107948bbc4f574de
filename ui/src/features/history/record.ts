/** The record from now back: its live end, and older pages as they are scrolled to. */
import {
  keepPreviousData,
  type QueryClient,
  useInfiniteQuery,
  useQuery,
  useQueryClient,
} from '@tanstack/react-query'
import { useMemo } from 'react'
import { decisions, LONGEST_PAGE } from '@/api/decisions'
import type { Decision } from '@/api/types'
import type { Filter } from './filters'

const FIRST = 100

type Ask = typeof decisions

/** All that is newer than before, down to the row that was the last; at first the newest hundred. */
export async function newest(
  filter: Filter,
  floor: number | undefined,
  ask: Ask = decisions,
  signal?: AbortSignal,
): Promise<Decision[]> {
  const found: Decision[] = []
  for (;;) {
    const limit = found.length === 0 ? FIRST : LONGEST_PAGE
    const page = await ask({ ...filter, before: found.at(-1)?.id, limit }, signal)
    found.push(...page)
    const last = found.at(-1)
    if (!last || floor === undefined || last.id <= floor || page.length < limit) break
  }
  return floor === undefined ? found : found.filter((one) => one.id >= floor)
}

export function useRecord(filter: Filter) {
  const client = useQueryClient()
  const key = ['decisions', 'newest', filter]
  const live = useQuery({
    queryKey: key,
    queryFn: ({ signal }) =>
      newest(filter, client.getQueryData<Decision[]>(key)?.at(-1)?.id, decisions, signal),
    placeholderData: keepPreviousData,
    staleTime: 0,
  })
  const settled = live.isSuccess && !live.isPlaceholderData
  const anchor = settled ? live.data.at(-1)?.id : undefined
  const older = useInfiniteQuery({
    queryKey: ['history', filter, anchor],
    queryFn: ({ pageParam, signal }) =>
      olderPage(client, ['history', filter, anchor], pageParam) ??
      decisions({ ...filter, before: pageParam, limit: LONGEST_PAGE }, signal),
    initialPageParam: anchor ?? 0,
    getNextPageParam: (page) => (page.length === LONGEST_PAGE ? page.at(-1)?.id : undefined),
    enabled: anchor !== undefined && (live.data?.length ?? 0) >= FIRST,
    staleTime: Number.POSITIVE_INFINITY,
  })
  const rows = useMemo(
    () => [...(live.data ?? []), ...(settled ? (older.data?.pages.flat() ?? []) : [])],
    [live.data, older.data, settled],
  )
  return { live, older, rows }
}

/** Old pages don't change: when everything is asked for anew, those that are here stay. */
function olderPage(client: QueryClient, key: readonly unknown[], before: number): Decision[] | undefined {
  const known = client.getQueryData<{ pages: Decision[][]; pageParams: number[] }>(key)
  const at = known?.pageParams.indexOf(before) ?? -1
  return at < 0 ? undefined : known?.pages[at]
}
