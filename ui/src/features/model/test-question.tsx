import { Alert, Button, LinearProgress, Stack, Typography } from '@mui/material'
import { said } from '@/api/problem'
import type { ModelTest } from '@/api/types'
import { useMay } from '@/components/actions/may'
import { useTestQuestion } from './queries'
import { answered, asked, spent } from './test-words'

/** Asks one model one question, and says what came of it. */
export function TestQuestion({ model }: { model: string }) {
  const test = useTestQuestion()
  const { act } = useMay()
  if (!act) return null
  return (
    <Stack spacing={1} alignItems="flex-start">
      <Button
        size="small"
        variant="outlined"
        aria-label={`Ask a test question of ${model}`}
        disabled={test.isPending}
        onClick={() => test.mutate(model)}
      >
        Ask a test question
      </Button>
      {test.isPending && <Waiting model={model} />}
      {test.isError && (
        <Alert severity="error" sx={{ alignSelf: 'stretch' }}>
          It could not be asked: {said(test.error)}
        </Alert>
      )}
      {test.data && <Answer test={test.data} />}
    </Stack>
  )
}

function Waiting({ model }: { model: string }) {
  return (
    <Stack spacing={0.5} sx={{ alignSelf: 'stretch' }}>
      <Typography variant="body2" color="text.secondary">
        It is being asked. When it has to be loaded first, that can take half a minute.
      </Typography>
      <LinearProgress aria-label={`Asking ${model}`} />
    </Stack>
  )
}

function Answer({ test }: { test: ModelTest }) {
  return (
    <Alert severity={test.replicas === null ? 'warning' : 'info'} sx={{ alignSelf: 'stretch' }}>
      <Stack spacing={0.5}>
        <span>{asked(test)}</span>
        <span>{answered(test)}</span>
        <span>{spent(test)} Nothing was scaled.</span>
      </Stack>
    </Alert>
  )
}
