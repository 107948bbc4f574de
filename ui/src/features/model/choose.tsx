import {
  Alert,
  Button,
  Dialog,
  DialogActions,
  DialogContent,
  DialogContentText,
  DialogTitle,
  Stack,
} from '@mui/material'
import { said } from '@/api/problem'
import { useToast } from '@/components/toast'
import { type Choice, useChoose } from './queries'

/** Says what another model changes, and does it. */
export function ChooseDialog({
  choice,
  before,
  onClose,
  onDone,
}: {
  choice: Choice
  before: string | null
  onClose: () => void
  onDone?: () => void
}) {
  const choose = useChoose()
  const tell = useToast()
  const act = () =>
    choose.mutate(choice, {
      onSuccess: () => {
        tell({ text: `${choice.model} is asked from now on; docktor.yaml says so.` })
        onClose()
        onDone?.()
      },
    })
  return (
    <Dialog open onClose={onClose} aria-labelledby="choose-title">
      <DialogTitle id="choose-title">Ask {choice.model}?</DialogTitle>
      <DialogContent>
        <Stack spacing={2}>
          <DialogContentText>
            {before
              ? `From the next decision on it is asked first, in place of ${before}.`
              : 'Until now no model is asked. From the next decision on this one is.'}{' '}
            {choice.base_url && `It is reached at ${choice.base_url}. `}
            docktor.yaml is changed accordingly; rules and limits stay as they are, and the model can't go
            beyond them.
          </DialogContentText>
          {choose.isError && <Alert severity="error">{said(choose.error)}</Alert>}
        </Stack>
      </DialogContent>
      <DialogActions>
        <Button onClick={onClose}>Cancel</Button>
        <Button variant="contained" disabled={choose.isPending} onClick={act}>
          {choose.isPending ? 'Changing…' : 'Use it'}
        </Button>
      </DialogActions>
    </Dialog>
  )
}
