import { Alert, Box, Button, LinearProgress, Stack, TextField, Typography } from '@mui/material'
import { type FormEvent, useState } from 'react'
import { said } from '@/api/problem'
import { Section } from '@/components/section'
import { percent } from '@/lib/advisor-words'
import { bytes } from '@/lib/format'
import { type Fetching, usePull, usePulls } from './queries'

/** Fetches a model with Docker Model Runner, and shows how far it is. */
export function Pull({ mayAct }: { mayAct: boolean }) {
  const pulls = usePulls()
  const pull = usePull()
  const [name, setName] = useState('')
  const listed = pulls.data ?? []
  const submit = (event: FormEvent) => {
    event.preventDefault()
    pull.mutate(name.trim(), { onSuccess: () => setName('') })
  }
  if (!mayAct && listed.length === 0) return null
  return (
    <Section
      title="Fetch a model"
      help="From Docker Hub by Docker Model Runner. It goes on when you leave this page."
    >
      {mayAct && (
        <Stack component="form" onSubmit={submit} direction="row" spacing={1} alignItems="flex-start">
          <TextField
            size="small"
            label="Name"
            required
            placeholder="ai/llama3.2"
            value={name}
            onChange={(event) => setName(event.target.value)}
            slotProps={{
              inputLabel: { shrink: true },
              htmlInput: { spellCheck: false, autoComplete: 'off' },
            }}
            sx={{ flex: 1, maxWidth: 360 }}
          />
          <Button type="submit" variant="outlined" disabled={pull.isPending || name.trim() === ''}>
            Fetch
          </Button>
        </Stack>
      )}
      {pull.isError && <Alert severity="error">{said(pull.error)}</Alert>}
      {pulls.isError && <Alert severity="warning">How far it is can't be told: {said(pulls.error)}</Alert>}
      {listed.map((one) => (
        <Progress key={one.model} pull={one} />
      ))}
    </Section>
  )
}

function Progress({ pull }: { pull: Fetching }) {
  const { model, state, done, total, message, error } = pull
  if (state === 'failed') {
    return (
      <Alert severity="error">
        {model} could not be fetched: {error ?? message}
      </Alert>
    )
  }
  if (state === 'done') return <Alert severity="success">{model} is there.</Alert>
  const share = percent(done, total)
  const words = share === null ? message || 'beginning' : `${bytes(done)} of ${bytes(total)}, ${share} %`
  return (
    <Box>
      <Stack direction="row" justifyContent="space-between">
        <Typography variant="body2">{model}</Typography>
        <Typography variant="body2" color="text.secondary" aria-live="polite">
          {words}
        </Typography>
      </Stack>
      <LinearProgress
        aria-label={`Fetching ${model}`}
        {...(share === null ? { variant: 'indeterminate' } : { variant: 'determinate', value: share })}
        sx={{ mt: 0.5, height: 6, borderRadius: 3 }}
      />
    </Box>
  )
}
