import { MutationCache, QueryCache, QueryClient, QueryClientProvider } from '@tanstack/react-query'
import type { PropsWithChildren } from 'react'
import { ApiError } from '@/api/problem'
import { showDoor } from '@/api/queries'
import { ToastProvider } from '@/components/toast'
import { Theme } from './theme'

const TRIES = 2

function newClient(): QueryClient {
  // Who is told to sign in again anywhere is shown the door at once.
  const onError = (error: Error) => {
    if (error instanceof ApiError && error.signedOut) showDoor(client)
  }
  const client: QueryClient = new QueryClient({
    queryCache: new QueryCache({ onError }),
    mutationCache: new MutationCache({ onError }),
    defaultOptions: {
      queries: {
        staleTime: 1_000,
        retry: (count, error) => count < TRIES && error instanceof ApiError && error.away,
        retryDelay: 1_000,
        networkMode: 'always',
      },
      mutations: { networkMode: 'always' },
    },
  })
  return client
}

export const client = newClient()

export function Providers({ children }: PropsWithChildren) {
  return (
    <QueryClientProvider client={client}>
      <Theme>
        <ToastProvider>{children}</ToastProvider>
      </Theme>
    </QueryClientProvider>
  )
}
