/** The driving metric of every managed service, in few points: what sparks are drawn from. */
import { useQuery } from '@tanstack/react-query'
import { useCallback } from 'react'
import { api, body } from '@/api/client'
import type { Glanced } from '@/api/types'
import type { Point } from './spark'

export interface Glance {
  metric: string | null
  threshold: number | null
  points: readonly Point[]
}

const EVERY_MS = 30_000

/** Of one service; who shows it is drawn anew only when its own points have changed. */
export function useGlance(project: string, service: string, minutes = 60): Glance | null {
  const select = useCallback(
    (all: readonly Glanced[]): Glance | null => {
      const found = all.find((one) => one.project === project && one.service === service)
      return (
        (found && {
          metric: found.metric,
          threshold: found.threshold,
          points: found.points.map(([at, value]) => [Date.parse(at), value] as const),
        }) ??
        null
      )
    },
    [project, service],
  )
  const answer = useQuery({
    queryKey: ['glance', minutes],
    queryFn: ({ signal }) =>
      // The client's types make plain lists of pairs.
      body<unknown>(api.GET('/api/glance', { params: { query: { minutes } }, signal })) as Promise<Glanced[]>,
    refetchInterval: EVERY_MS,
    staleTime: EVERY_MS / 2,
    select,
  })
  return answer.data ?? null
}
