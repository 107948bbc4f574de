import { Alert, Button, Stack, Typography } from '@mui/material'
import { useMutation } from '@tanstack/react-query'
import { api, body } from '@/api/client'
import { said } from '@/api/problem'
import type { SourceTest as Result } from '@/api/types'
import { metricValue } from '@/lib/format'
import { sourceWords } from '@/lib/source-words'
import type { Entry } from './entry'
import { useForm } from './form-context'

/** Reads once what the block describes, as it stands in the form. */
export function SourceTest({ block }: { block: Entry }) {
  const { project, readOnly } = useForm()
  const test = useMutation({
    mutationFn: () => {
      const { name: _, number: __, ...queue } = block // these two are not the kind's
      // The generated type of "any object" is one without fields.
      const given = queue as Record<string, never>
      return body(api.POST('/api/sources/test', { body: { project, queue: given } }))
    },
  })
  return (
    <Stack spacing={1} alignItems="flex-start">
      <Button
        size="small"
        variant="outlined"
        disabled={readOnly || test.isPending}
        onClick={() => test.mutate()}
      >
        {test.isPending ? 'Reading…' : 'Test'}
      </Button>
      <div role="status">
        {test.isError && <Alert severity="error">{said(test.error)}</Alert>}
        {test.data?.map((result) => (
          <Outcome key={`${result.kind} ${result.where}`} result={result} />
        ))}
      </div>
    </Stack>
  )
}

function Outcome({ result }: { result: Result }) {
  const words = sourceWords(result.state)
  const numbers = Object.entries(result.numbers ?? {})
  return (
    <Alert severity={words.tone === 'good' ? 'success' : words.tone === 'busy' ? 'info' : 'error'}>
      {words.label}
      {result.took_ms != null && ` in ${Math.round(result.took_ms)} ms`}: {result.where}
      {result.error && <Typography variant="body2">{result.error}</Typography>}
      {numbers.map(([name, value]) => (
        <Typography variant="body2" key={name}>
          {name}: {metricValue(name, value)}
        </Typography>
      ))}
      {Object.keys(result.totals ?? {}).length > 0 && (
        <Typography variant="body2">
          Known once it was read twice: {Object.keys(result.totals ?? {}).join(', ')}
        </Typography>
      )}
    </Alert>
  )
}
