/** The record of decisions: pages by what is looked for, one in words, and those it is like. */
import { useQuery } from '@tanstack/react-query'
import { api, body } from './client'
import type { Decision } from './types'

export interface DecisionFilter {
  project?: string | undefined
  service?: string | undefined
  action?: string | undefined
  phase?: string | undefined
  source?: string | undefined
  q?: string | undefined
  /** Not older than this, ISO 8601. */
  since?: string | undefined
}

export interface DecisionPage extends DecisionFilter {
  before?: number | undefined
  limit: number
}

export const LONGEST_PAGE = 1_000

export interface Similar {
  /** 0 is nothing alike, 1 the same. */
  similarity: number
  decision: Decision
}

type Ask = (
  path: string,
  init: { params?: { path?: object; query?: object }; signal?: AbortSignal | undefined },
) => Promise<{ data?: unknown }>

// Routes and filters that the generated schema does not have yet.
const ask = <T>(...[path, init]: Parameters<Ask>): Promise<T> =>
  body((api.GET as unknown as Ask)(path, init) as Promise<{ data?: T }>)

/** Newest first. What is not looked for is not sent. */
export function decisions(page: DecisionPage, signal?: AbortSignal): Promise<Decision[]> {
  const query = Object.fromEntries(
    Object.entries(page).filter(([, value]) => value !== undefined && value !== ''),
  )
  return ask('/api/decisions', { params: { query }, signal })
}

/** Word for word what `docktor explain` prints. */
export const explained = (id: number): Promise<{ text: string }> =>
  ask('/api/decisions/{id}/explain', { params: { path: { id } } })

export const useSimilar = (id: number, wanted: boolean) =>
  useQuery({
    queryKey: ['similar', id],
    queryFn: ({ signal }) =>
      ask<Similar[]>('/api/decisions/{id}/similar', {
        params: { path: { id }, query: { limit: 5 } },
        signal,
      }),
    enabled: wanted,
  })
