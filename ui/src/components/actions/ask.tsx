import {
  Alert,
  AlertTitle,
  Button,
  Dialog,
  DialogActions,
  DialogContent,
  DialogTitle,
  Stack,
} from '@mui/material'
import { type FormEvent, type PropsWithChildren, useId, useState } from 'react'
import { ApiError, said } from '@/api/problem'

/** A dialog that acts: what stopped it is told in it, and nothing that was typed is lost. */
export function Ask({
  title,
  verb,
  ready,
  act,
  onClose,
  children,
}: PropsWithChildren<{
  title: string
  verb: string
  ready: boolean
  act: () => Promise<unknown>
  onClose: () => void
}>) {
  const [id, form] = [useId(), useId()]
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    setBusy(true)
    setError(null)
    try {
      await act()
      onClose()
    } catch (failure) {
      setError(failure)
    } finally {
      setBusy(false)
    }
  }
  return (
    <Dialog open onClose={onClose} fullWidth maxWidth="xs" aria-labelledby={id}>
      <DialogTitle id={id}>{title}</DialogTitle>
      <DialogContent>
        <form id={form} onSubmit={submit}>
          <Stack spacing={2} sx={{ pt: 1 }}>
            {children}
            {error !== null && <Stopped error={error} />}
          </Stack>
        </form>
      </DialogContent>
      <DialogActions sx={{ px: 3, pb: 2 }}>
        <Button size="small" onClick={onClose}>
          Cancel
        </Button>
        <Button size="small" type="submit" form={form} variant="contained" disabled={!ready || busy}>
          {verb}
        </Button>
      </DialogActions>
    </Dialog>
  )
}

function Stopped({ error }: { error: unknown }) {
  const refused = error instanceof ApiError && error.status === 409
  return (
    <Alert severity={refused ? 'warning' : 'error'}>
      <AlertTitle>{refused ? 'A limit stopped it' : 'It was not done'}</AlertTitle>
      {said(error)}
    </Alert>
  )
}
