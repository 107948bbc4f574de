/** The driving metric of every managed service, in few points: what sparks are drawn from. */
import { useQuery } from '@tanstack/react-query'
import { useCallback } from 'react'
import { api, body } from '@/api/client'
import type { Point } from './spark'

interface GlanceView {
  project: string
  service: string
  metric: string | null
  threshold: number | null
  points: readonly (readonly [at: string, value: number | null])[]
}

export interface Glance {
  metric: string | null
  threshold: number | null
  points: readonly Point[]
}

const EVERY_MS = 30_000

// The generated types do not know this route yet.
const untyped = api as unknown as {
  GET(path: string, init: object): Promise<{ data?: readonly GlanceView[] }>
}

/** Of one service; who shows it is drawn anew only when its own points have changed. */
export function useGlance(project: string, service: string, minutes = 60): Glance | null {
  const select = useCallback(
    (all: readonly GlanceView[]): Glance | null => {
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
    queryFn: ({ signal }) => body(untyped.GET('/api/glance', { params: { query: { minutes } }, signal })),
    refetchInterval: EVERY_MS,
    staleTime: EVERY_MS / 2,
    select,
  })
  return answer.data ?? null
}
