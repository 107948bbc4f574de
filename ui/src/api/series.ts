/** The numbers of a service over some time, thin enough to be drawn. */
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { api, body } from './client'
import type { Series } from './types'

const POINTS = 720
const OFTEN_MS = 5_000
const SELDOM_MS = 30_000
const LONG_MIN = 120

/** Seconds since 1970, and the value or `null` where it was absent. */
export type Numbers = ReadonlyMap<string, readonly (readonly [number, number | null])[]>

const numbers = (series: Series[]): Numbers =>
  new Map(
    series.map(({ metric, points }) => [metric, points.map(([at, value]) => [Date.parse(at) / 1000, value])]),
  )

export const useNumbers = (project: string, service: string, minutes: number) =>
  useQuery({
    queryKey: ['numbers', project, service, minutes],
    queryFn: ({ signal }) =>
      body(
        api.GET('/api/projects/{project}/services/{service}/metrics', {
          params: { path: { project, service }, query: { minutes, points: POINTS } },
          signal,
        }) as Promise<{ data?: Series[] }>, // the client's types make plain lists of pairs
      ),
    select: numbers,
    structuralSharing: false, // thousands of points of which most have moved
    refetchInterval: minutes > LONG_MIN ? SELDOM_MS : OFTEN_MS,
    placeholderData: keepPreviousData,
  })
