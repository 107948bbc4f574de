/** What replicas cost by day, and what would suit a service better. Both change slowly and are asked for seldom. */
import { useQuery } from '@tanstack/react-query'
import { useCallback } from 'react'
import { api, body } from './client'
import type { Cost, CostDay } from './types'

const MINUTE_MS = 60_000
const ADVICE_MS = 15 * MINUTE_MS

/** Of today, up to now; one question for all services. `null` while it is not known. */
export function useToday(project: string, service: string): CostDay | null {
  const select = useCallback(
    (all: readonly Cost[]): CostDay | null =>
      all.find((one) => one.project === project && one.service === service)?.days.at(-1) ?? null,
    [project, service],
  )
  const answer = useQuery({
    queryKey: ['costs', 1],
    queryFn: ({ signal }) => body(api.GET('/api/costs', { params: { query: { days: 1 } }, signal })),
    refetchInterval: MINUTE_MS,
    staleTime: MINUTE_MS / 2,
    select,
  })
  return answer.data ?? null
}

export const useCosts = (project: string, service: string, days: number) =>
  useQuery({
    queryKey: ['costs', days, project, service],
    queryFn: async ({ signal }): Promise<Cost | null> => {
      const found = await body(
        api.GET('/api/costs', { params: { query: { days, project, service } }, signal }),
      )
      return found[0] ?? null
    },
    refetchInterval: MINUTE_MS,
    staleTime: MINUTE_MS / 2,
    placeholderData: (before) => before,
  })

export const useAdvice = (project: string, service: string) =>
  useQuery({
    queryKey: ['advice', project, service],
    queryFn: ({ signal }) =>
      body(
        api.GET('/api/projects/{project}/services/{service}/advice', {
          params: { path: { project, service } },
          signal,
        }),
      ),
    staleTime: ADVICE_MS,
    refetchInterval: ADVICE_MS,
  })
