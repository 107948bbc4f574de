import { Button, Stack, TextField } from '@mui/material'
import { type FormEvent, type KeyboardEvent, type PropsWithChildren, useState } from 'react'

function Inline({
  verb,
  ready,
  onDone,
  onClose,
  children,
}: PropsWithChildren<{ verb: string; ready: boolean; onDone: () => void; onClose: () => void }>) {
  const submit = (event: FormEvent) => {
    event.preventDefault()
    onDone()
  }
  const leave = (event: KeyboardEvent) => {
    if (event.key === 'Escape') onClose()
  }
  return (
    <Stack
      component="form"
      direction="row"
      spacing={1}
      useFlexGap
      flexWrap="wrap"
      alignItems="flex-start"
      onSubmit={submit}
      onKeyDown={leave}
    >
      {children}
      <Button type="submit" variant="contained" disabled={!ready} sx={{ minHeight: 40 }}>
        {verb}
      </Button>
      <Button onClick={onClose} sx={{ minHeight: 40 }}>
        Cancel
      </Button>
    </Stack>
  )
}

export function ChangeForm({
  proposed,
  bounds: { min, max },
  onDone,
  onClose,
}: {
  proposed: number
  bounds: { min: number | null; max: number | null }
  onDone: (replicas: number) => void
  onClose: () => void
}) {
  const [text, setText] = useState(String(proposed))
  const replicas = /^\d{1,4}$/.test(text) ? Number(text) : null
  return (
    <Inline
      verb={replicas === null ? 'Approve' : `Approve ${replicas}`}
      ready={replicas !== null}
      onDone={() => replicas !== null && onDone(replicas)}
      onClose={onClose}
    >
      <TextField
        label="Replicas instead"
        type="number"
        size="small"
        autoFocus
        value={text}
        onFocus={(event) => event.target.select()}
        onChange={(event) => setText(event.target.value)}
        helperText={min !== null && max !== null ? `Between ${min} and ${max}` : undefined}
        slotProps={{ htmlInput: { min: 0, step: 1 } }}
        sx={{ width: 160 }}
      />
    </Inline>
  )
}

export function RejectForm({ onDone, onClose }: { onDone: (reason: string) => void; onClose: () => void }) {
  const [reason, setReason] = useState('')
  return (
    <Inline verb="Reject" ready onDone={() => onDone(reason)} onClose={onClose}>
      <TextField
        label="Reason"
        size="small"
        autoFocus
        value={reason}
        onChange={(event) => setReason(event.target.value)}
        helperText="May stay empty. The same is not proposed again for a while."
        slotProps={{ htmlInput: { maxLength: 500 } }}
        sx={{ flex: 1, minWidth: 240 }}
      />
    </Inline>
  )
}
