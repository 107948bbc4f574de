/** What the screens ask for and what they may do, by name. Keys are those that api/events.ts marks as stale. */
import { type QueryClient, queryOptions, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { api, body } from './client'
import { ApiError } from './problem'
import { keepKey } from './transport'

const OFTEN_MS = 5_000
const SELDOM_MS = 30_000
const HEALTH_MS = 4_000

export const sessionQuery = queryOptions({
  queryKey: ['session'],
  queryFn: ({ signal }) => body(api.GET('/api/session', { signal })),
  staleTime: Number.POSITIVE_INFINITY,
  // A page may be there before the backend is.
  refetchInterval: ({ state: { error } }) =>
    error !== null && !(error instanceof ApiError && error.signedOut) ? OFTEN_MS : false,
})

export const useSession = () => useQuery(sessionQuery)

/** Whoever was in is out: what they saw is forgotten, and the session's own watchers are told. */
export function showDoor(client: QueryClient): void {
  keepKey(null)
  client.setQueryData(['session'], null)
  client.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== 'session' })
}

export const useHealth = () =>
  useQuery({
    queryKey: ['health'],
    queryFn: ({ signal }) => {
      // Its silence is what the page goes by, so that is found out sooner than an answer elsewhere is given up.
      const patience = AbortSignal.any([signal, AbortSignal.timeout(HEALTH_MS)])
      return body(api.GET('/api/health', { signal: patience }))
    },
    retry: 1,
    refetchInterval: OFTEN_MS,
  })

export const projectsQuery = queryOptions({
  queryKey: ['projects'],
  queryFn: ({ signal }) => body(api.GET('/api/projects', { signal })),
  refetchInterval: OFTEN_MS,
})

export const useProjects = () => useQuery(projectsQuery)

export const useService = (project: string, service: string) =>
  useQuery({
    queryKey: ['service', project, service],
    queryFn: ({ signal }) =>
      body(
        api.GET('/api/projects/{project}/services/{service}', {
          params: { path: { project, service } },
          signal,
        }),
      ),
    refetchInterval: OFTEN_MS,
  })

export const useDecision = (id: number) =>
  useQuery({
    queryKey: ['decisions', 'one', id],
    queryFn: ({ signal }) =>
      body(api.GET('/api/decisions/{decision_id}', { params: { path: { decision_id: id } }, signal })),
  })

export const useApprovals = () =>
  useQuery({
    queryKey: ['approvals'],
    queryFn: ({ signal }) => body(api.GET('/api/approvals', { signal })),
    refetchInterval: SELDOM_MS,
  })

export interface ServiceName {
  project: string
  service: string
}

/** A mutation that afterwards asks anew for all that a person may have changed by it. */
export function useAct<Input, Output>(act: (input: Input) => Promise<Output>) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: act,
    onSettled: () => {
      for (const key of ['projects', 'service', 'approvals', 'decisions', 'models']) {
        void client.invalidateQueries({ queryKey: [key] })
      }
    },
  })
}

const at = ({ project, service }: ServiceName) => ({ path: { project, service } })

export const useScale = () =>
  useAct(({ replicas, reason, ...name }: ServiceName & { replicas: number; reason: string }) =>
    body(
      api.POST('/api/projects/{project}/services/{service}/scale', {
        params: at(name),
        body: { replicas, reason },
      }),
    ),
  )

export const useHold = () =>
  useAct(({ minutes, reason, ...name }: ServiceName & { minutes: number; reason: string }) =>
    body(
      api.POST('/api/projects/{project}/services/{service}/hold', {
        params: at(name),
        body: { minutes, reason },
      }),
    ),
  )

export const useResume = () =>
  useAct((name: ServiceName) =>
    body(api.DELETE('/api/projects/{project}/services/{service}/hold', { params: at(name) })),
  )

export const useCheck = () =>
  useAct((name: ServiceName) =>
    body(api.POST('/api/projects/{project}/services/{service}/check', { params: at(name) })),
  )
