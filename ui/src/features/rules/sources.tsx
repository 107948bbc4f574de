import AddIcon from '@mui/icons-material/Add'
import { Button, Stack, Typography } from '@mui/material'
import { Section } from '@/components/section'
import { isMap, listAt } from './entry'
import { useForm } from './form-context'
import { SourceBlock } from './source-block'

/** Where numbers come from that Docktor does not measure itself. */
export function Sources() {
  const { entry, change, providers, readOnly } = useForm()
  const metrics = listAt(entry, ['metrics'])
  const kind = (wanted: string) =>
    providers.find((one) => one.kind === wanted)?.kind ?? providers[0]?.kind ?? ''
  return (
    <Section
      title="Numbers from elsewhere"
      help="The queue that this service works off gives queue.backlog and others; a number of your own gets the name you choose."
    >
      <Stack spacing={2}>
        {isMap(entry.queue) && <SourceBlock path={['queue']} title="Queue" />}
        {metrics.map((_, index) => (
          <SourceBlock
            // biome-ignore lint/suspicious/noArrayIndexKey: its name may be typed just now; what it holds is in the entry
            key={index}
            path={['metrics', index]}
            title={`Number of your own ${index + 1}`}
            named
          />
        ))}
        {readOnly && !isMap(entry.queue) && metrics.length === 0 && (
          <Typography color="text.secondary">It goes by none.</Typography>
        )}
        {!readOnly && (
          <Stack direction="row" spacing={1}>
            {!isMap(entry.queue) && (
              <Button
                size="small"
                startIcon={<AddIcon />}
                onClick={() => change(['queue'], { kind: kind('rabbitmq') })}
              >
                Add a queue
              </Button>
            )}
            <Button
              size="small"
              startIcon={<AddIcon />}
              onClick={() => change(['metrics'], [...metrics, { name: '', kind: kind('prometheus') }])}
            >
              Add a number
            </Button>
          </Stack>
        )}
      </Stack>
    </Section>
  )
}
