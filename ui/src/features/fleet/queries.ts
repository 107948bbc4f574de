import { useQuery } from '@tanstack/react-query'
import { api, body } from '@/api/client'

/** The Compose override for a service; files are read anew each time somebody looks. */
export const useOverride = (project: string, service: string, enabled: boolean) =>
  useQuery({
    queryKey: ['override', project, service],
    queryFn: ({ signal }) =>
      body(
        api.GET('/api/projects/{project}/services/{service}/override', {
          params: { path: { project, service } },
          signal,
        }),
      ),
    enabled,
    retry: false,
    gcTime: 0,
  })
