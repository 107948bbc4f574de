import AddIcon from '@mui/icons-material/Add'
import RemoveIcon from '@mui/icons-material/Close'
import { Alert, Box, Button, IconButton, Stack, Typography } from '@mui/material'
import { metricValue } from '@/lib/format'
import { get, listAt, type Path, spell } from './entry'
import { ChoiceField, MetricField, NumberField } from './fields'
import { useForm } from './form-context'

const OPS = [
  { value: '>', label: '> above' },
  { value: '>=', label: '≥ at or above' },
  { value: '<', label: '< below' },
  { value: '<=', label: '≤ at or below' },
  { value: '==', label: '= exactly' },
  { value: '!=', label: '≠ other than' },
]

interface Side {
  side: 'scale_up_when' | 'scale_down_when'
  title: string
  none: string
  /** What a new row begins with. */
  op: string
}

const UP: Side = {
  side: 'scale_up_when',
  title: 'Add replicas when ANY of these holds',
  none: 'No rule adds replicas.',
  op: '>',
}
const DOWN: Side = {
  side: 'scale_down_when',
  title: 'Remove replicas when ALL of these hold',
  none: 'No rule removes replicas.',
  op: '<',
}

export function Conditions() {
  const { fault } = useForm()
  const wrong = fault('rules')
  return (
    <Stack spacing={3}>
      {wrong && <Alert severity="error">{wrong}</Alert>}
      <Rows {...UP} />
      <Rows {...DOWN} />
    </Stack>
  )
}

function Rows({ side, title, none, op }: Side) {
  const { entry, change, fault, readOnly } = useForm()
  const path: Path = ['rules', side]
  const rows = listAt(entry, path)
  const wrong = fault(spell(path))
  const add = () => change(path, [...rows, { metric: 'cpu.avg', op }])
  return (
    <Stack spacing={1.5} role="group" aria-label={title}>
      <Typography variant="h3">{title}</Typography>
      {wrong && <Alert severity="error">{wrong}</Alert>}
      {rows.length === 0 && <Typography color="text.secondary">{none}</Typography>}
      {rows.map((_, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a rule has no name but its place, and holds nothing of its own
        <Row key={index} path={[...path, index]} number={index + 1} />
      ))}
      {!readOnly && (
        <Button size="small" startIcon={<AddIcon />} onClick={add} sx={{ alignSelf: 'flex-start' }}>
          {rows.length === 0 ? 'Add a rule' : 'Add another'}
        </Button>
      )}
    </Stack>
  )
}

function Row({ path, number }: { path: Path; number: number }) {
  const { entry, change, detail, readOnly } = useForm()
  const metric = get(entry, [...path, 'metric'])
  const now = typeof metric === 'string' ? detail.service.metrics[metric] : undefined
  const why = typeof metric === 'string' ? detail.missing[metric] : undefined
  return (
    <Box
      role="group"
      aria-label={`Rule ${number}`}
      sx={{
        display: 'grid',
        gap: 1.5,
        alignItems: 'start',
        gridTemplateColumns: 'minmax(150px, 1.4fr) minmax(110px, 1fr) minmax(90px, 0.8fr) 110px 34px',
      }}
    >
      <MetricField path={[...path, 'metric']} />
      <ChoiceField path={[...path, 'op']} label="Is" choices={OPS} />
      <NumberField path={[...path, 'value']} label="Threshold" placeholder="a number" />
      <Typography variant="body2" color="text.secondary" sx={{ pt: 1.25 }} title={why}>
        {now === undefined || now === null ? 'not known now' : `now ${metricValue(String(metric), now)}`}
      </Typography>
      {!readOnly && (
        <IconButton
          size="small"
          aria-label={`Remove rule ${number}`}
          sx={{ mt: 0.5 }}
          onClick={() => change(path, undefined)}
        >
          <RemoveIcon fontSize="small" />
        </IconButton>
      )}
    </Box>
  )
}
