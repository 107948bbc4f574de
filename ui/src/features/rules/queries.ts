import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { api, body } from '@/api/client'
import type { ServiceName } from '@/api/queries'
import type { Detail } from '@/api/types'
import { useMay } from '@/components/actions/may'
import type { Entry } from './entry'
import { checkRules, replayRules } from './tries'
import { useDebounced } from './use-debounced'

const PATIENCE_MS = 500

export const useProviders = () =>
  useQuery({
    queryKey: ['providers'],
    queryFn: ({ signal }) => body(api.GET('/api/providers', { signal })),
    staleTime: Number.POSITIVE_INFINITY,
  })

/** What Docktor would say to the entry; `null` while it can't be asked that. */
export function useCheck(name: ServiceName, entry: Entry, enabled: boolean) {
  const asked = useDebounced(entry, PATIENCE_MS)
  return useQuery({
    queryKey: ['check-rules', name, asked],
    queryFn: ({ signal }) => checkRules(name, asked, signal),
    enabled,
    gcTime: 60_000,
    placeholderData: keepPreviousData,
  })
}

export function useReplay(name: ServiceName, entry: Entry, hours: number, enabled: boolean) {
  const { edit } = useMay() // trying rules takes the role that writes them
  const typed = useDebounced(entry, PATIENCE_MS)
  const asked = edit ? typed : null
  return useQuery({
    queryKey: ['replay', name, hours, asked],
    queryFn: ({ signal }) => replayRules(name, asked, hours, signal),
    enabled,
    gcTime: 60_000,
    staleTime: 60_000,
    placeholderData: keepPreviousData,
  })
}

const at = (path: ServiceName) => ({ params: { path } })
const RULES = '/api/projects/{project}/services/{service}/rules'

function useWrite<Input>(name: ServiceName, write: (input: Input) => Promise<Detail>) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: write,
    onSuccess: (detail) => {
      client.setQueryData(['service', name.project, name.service], detail)
      for (const key of ['projects', 'health']) void client.invalidateQueries({ queryKey: [key] })
    },
  })
}

export const useSaveRules = (name: ServiceName) =>
  useWrite(name, (entry: Entry) => body(api.PUT(RULES, { ...at(name), body: entry })))

export const useRemoveRules = (name: ServiceName) =>
  useWrite(name, (_: undefined) => body(api.DELETE(RULES, at(name))))
