import { Button, Stack } from '@mui/material'
import { useRouteError } from 'react-router'
import { Failed } from '@/components/states'

/** A fault of this page itself, or a screen's code that could not be fetched after an update. */
export function Crash() {
  const error = useRouteError()
  return (
    <Stack spacing={2} sx={{ p: 4 }} alignItems="flex-start">
      <Failed error={error} what="This page failed. Docktor itself goes on." />
      <Button variant="contained" onClick={() => window.location.reload()}>
        Reload the page
      </Button>
    </Stack>
  )
}
