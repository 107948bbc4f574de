import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef } from 'react'
import { api, body } from '@/api/client'
import { useAct } from '@/api/queries'
import { transportWithin } from '@/api/transport'
import type { Health, Models } from '@/api/types'
import type { AdvisorMode } from '@/lib/advisor-words'

const OFTEN_MS = 1_000
const SELDOM_MS = 15_000

export type Model = Models['models'] extends (infer One)[] | undefined ? One : never
export type Fetching = Models['pulls'] extends (infer One)[] | undefined ? One : never

export const useModels = () =>
  useQuery({
    queryKey: ['models'],
    queryFn: ({ signal }) => body(api.GET('/api/models', { signal })),
    // One that is being loaded is soon ready.
    refetchInterval: (query) =>
      query.state.data?.models?.some((model) => model.state === 'loading') ? 2_000 : SELDOM_MS,
  })

const pulling = (pulls: readonly Fetching[] | undefined) =>
  (pulls ?? []).filter((pull) => pull.state === 'pulling')

/** Models being fetched, asked every second while there is one; the list is asked anew when one is there. */
export function usePulls() {
  const client = useQueryClient()
  const pulls = useQuery({
    queryKey: ['models', 'pulls'],
    queryFn: ({ signal }) => body(api.GET('/api/models/pulls', { signal })),
    refetchInterval: (query) => (pulling(query.state.data).length > 0 ? OFTEN_MS : false),
  })
  const under = pulling(pulls.data).length
  const before = useRef(under)
  useEffect(() => {
    if (under < before.current) void client.invalidateQueries({ queryKey: ['models'], exact: true })
    before.current = under
  }, [under, client])
  return pulls
}

export const usePull = () =>
  useAct((model: string) => body(api.POST('/api/models/pull', { body: { model } })))

/** A model may have to be loaded first; the backend itself waits half a minute. */
const TEST_MS = 45_000

export const useTestQuestion = () =>
  useAct((model: string) =>
    body(
      api.POST('/api/models/test', {
        body: { model },
        fetch: (request) => transportWithin(TEST_MS)(request),
      }),
    ),
  )

export interface Choice {
  model: string
  provider?: 'dmr' | 'openai'
  base_url?: string
}

/** What is answered is shown at once: asking for it anew would show the former mode for a moment. */
export function useSetMode() {
  const client = useQueryClient()
  return useAct(async (mode: AdvisorMode) => {
    const advisor = await body(api.PUT('/api/model', { body: { mode } }))
    await client.cancelQueries({ queryKey: ['health'] })
    client.setQueryData<Health>(['health'], (health) => health && { ...health, advisor })
    return advisor
  })
}

export const useChoose = () => useAct((choice: Choice) => body(api.PUT('/api/model', { body: choice })))
