import { CircularProgress, Stack } from '@mui/material'
import { RouterProvider } from 'react-router'
import { ApiError } from '@/api/problem'
import { useSession } from '@/api/queries'
import { Banner } from './banner'
import { Live } from './live'
import { Login } from './login'
import { Providers } from './providers'
import { router } from './router'

export function App() {
  return (
    <Providers>
      <Door />
    </Providers>
  )
}

/** Who has no session meets the login; whom nobody answers is told so, and let in as soon as somebody does. */
function Door() {
  const session = useSession()
  if (session.data) {
    return (
      <Live>
        <RouterProvider router={router} />
      </Live>
    )
  }
  if (session.data === null || (session.error instanceof ApiError && session.error.signedOut))
    return <Login />
  return (
    <Stack>
      {session.isError && <Banner />}
      <Stack alignItems="center" sx={{ pt: 8 }}>
        <CircularProgress aria-label="Asking Docktor" />
      </Stack>
    </Stack>
  )
}
