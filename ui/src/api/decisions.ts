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

/** Newest first. What is not looked for is not sent. */
export function decisions(page: DecisionPage, signal?: AbortSignal): Promise<Decision[]> {
  const query = Object.fromEntries(
    Object.entries(page).filter(([, value]) => value !== undefined && value !== ''),
  )
  return body(api.GET('/api/decisions', { params: { query }, ...(signal && { signal }) }))
}

/** Word for word what `docktor explain` prints. */
export const explained = (id: number) =>
  body(api.GET('/api/decisions/{decision_id}/explain', { params: { path: { decision_id: id } } }))

export const useSimilar = (id: number, wanted: boolean) =>
  useQuery({
    queryKey: ['similar', id],
    queryFn: ({ signal }) =>
      body(
        api.GET('/api/decisions/{decision_id}/similar', {
          params: { path: { decision_id: id }, query: { limit: 5 } },
          signal,
        }),
      ),
    enabled: wanted,
  })
