import {
  Alert,
  Button,
  Dialog,
  DialogActions,
  DialogContent,
  DialogContentText,
  DialogTitle,
} from '@mui/material'
import { useState } from 'react'
import { said } from '@/api/problem'
import type { ServiceName } from '@/api/queries'
import { useToast } from '@/components/toast'
import { useRemoveRules } from './queries'

/** Takes the service out of docktor.yaml, after asking. */
export function StopManaging({ name, onDone }: { name: ServiceName; onDone: () => void }) {
  const [asked, setAsked] = useState(false)
  const remove = useRemoveRules(name)
  const tell = useToast()
  const act = () =>
    remove.mutate(undefined, {
      onSuccess: () => {
        setAsked(false)
        onDone()
        tell({ text: `${name.service} is taken out of docktor.yaml.` })
      },
    })
  return (
    <>
      <Button variant="outlined" color="error" onClick={() => setAsked(true)}>
        Stop managing
      </Button>
      <Dialog open={asked} onClose={() => setAsked(false)} aria-labelledby="stop-title">
        <DialogTitle id="stop-title">Stop managing {name.service}?</DialogTitle>
        <DialogContent>
          <DialogContentText>
            Its entry is taken out of docktor.yaml. Its replicas stay as they are, and Docktor leaves it
            alone, unless labels in the Compose file say otherwise.
          </DialogContentText>
          {remove.isError && (
            <Alert severity="error" sx={{ mt: 2 }}>
              {said(remove.error)}
            </Alert>
          )}
        </DialogContent>
        <DialogActions>
          <Button onClick={() => setAsked(false)}>Keep it</Button>
          <Button color="error" variant="contained" disabled={remove.isPending} onClick={act}>
            Stop managing
          </Button>
        </DialogActions>
      </Dialog>
    </>
  )
}
