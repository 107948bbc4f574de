import { Alert, Box, Button, Stack, Typography } from '@mui/material'
import { useMutation } from '@tanstack/react-query'
import { api, body } from '@/api/client'
import { said } from '@/api/problem'
import type { Health } from '@/api/types'
import { Ago } from '@/components/ago'
import { Section } from '@/components/section'
import { ToneChip } from '@/components/tone-chip'
import { metricValue } from '@/lib/format'
import { sourceWords } from '@/lib/source-words'

type Source = Health['sources'][number]

/** Where numbers are read from beside the engine, and a try for each service that goes by them. */
export function SourcesCard({ sources, mayTest }: { sources: readonly Source[]; mayTest: boolean }) {
  const services = [...new Set(sources.flatMap((source) => source.services))]
  return (
    <Section
      title="Sources"
      help="Queues and other places that numbers are read from."
      action={sources.length === 0 && <ToneChip tone="quiet" label="None" />}
    >
      {sources.length === 0 && (
        <Typography variant="body2">
          No service goes by a queue or a number of its own. They are added in a service's rules.
        </Typography>
      )}
      {sources.map((source) => (
        <SourceRow key={`${source.kind} ${source.where}`} source={source} />
      ))}
      {services.map((service) => (
        <Try key={service} service={service} mayTest={mayTest} />
      ))}
    </Section>
  )
}

function SourceRow({ source }: { source: Source }) {
  const { label, tone, todo } = sourceWords(source.state)
  return (
    <Box sx={{ borderTop: 1, borderColor: 'divider', pt: 1.5 }}>
      <Stack direction="row" spacing={2} justifyContent="space-between" alignItems="flex-start">
        <Box sx={{ minWidth: 0 }}>
          <Typography variant="body2" fontWeight={600} sx={{ overflowWrap: 'anywhere' }}>
            {source.kind}: {source.where}
          </Typography>
          <Typography variant="body2" color="text.secondary">
            for {source.services.join(', ') || 'no service'}
            {source.took_ms != null && `; the last read took ${Math.round(source.took_ms)} ms`}
          </Typography>
        </Box>
        <Stack alignItems="flex-end" spacing={0.5}>
          <ToneChip tone={tone} label={label} />
          <Typography variant="caption" color="text.secondary">
            since <Ago at={source.since} />
          </Typography>
        </Stack>
      </Stack>
      {(source.error || todo) && (
        <Typography variant="body2" sx={{ mt: 1 }}>
          {[source.error, todo].filter(Boolean).join('. ')}
        </Typography>
      )}
    </Box>
  )
}

function Try({ service, mayTest }: { service: string; mayTest: boolean }) {
  const test = useMutation({
    mutationFn: () => body(api.POST('/api/sources/test', { body: named(service) })),
  })
  return (
    <Stack spacing={1} alignItems="flex-start">
      <Button
        size="small"
        variant="outlined"
        disabled={!mayTest || test.isPending}
        onClick={() => test.mutate()}
      >
        {test.isPending ? `Reading for ${service}…` : `Test what ${service} goes by`}
      </Button>
      <div role="status">
        {test.isError && <Alert severity="error">{said(test.error)}</Alert>}
        {test.data?.map((one) => (
          <Alert key={`${one.kind} ${one.where}`} severity={one.state === 'ok' ? 'success' : 'error'}>
            {one.where}: {sourceWords(one.state).label}
            {one.error && `. ${one.error}`}
            {Object.entries(one.numbers ?? {}).map(([name, value]) => (
              <div key={name}>
                {name}: {metricValue(name, value)}
              </div>
            ))}
          </Alert>
        ))}
      </div>
    </Stack>
  )
}

/** `shop/worker` as the two names it is made of. */
function named(text: string): { project: string; service: string } {
  const at = text.indexOf('/')
  return at < 0 ? { project: '', service: text } : { project: text.slice(0, at), service: text.slice(at + 1) }
}
