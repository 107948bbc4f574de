import { Alert, Box, Button, Stack, Typography } from '@mui/material'
import { Copyable } from '@/components/copyable'
import { get, isMap, type Path, shown, spell } from './entry'
import { ChoiceField, Fields, NumberField, WordField } from './fields'
import { useForm } from './form-context'
import { fieldsOf } from './schema'
import { SchemaField } from './schema-field'
import { SourceTest } from './source-test'

const COMMON = ['kind', 'timeout', 'name', 'number']

/** One `queue` or one of `metrics`: its kind, and that kind's own settings. */
export function SourceBlock({ path, title, named = false }: { path: Path; title: string; named?: boolean }) {
  const { entry, change, fault, providers, readOnly } = useForm()
  const block = get(entry, path)
  const kind = shown(get(entry, [...path, 'kind']))
  const provider = providers.find((one) => one.kind === kind)
  const wrong = fault(spell(path))
  const fields = provider ? fieldsOf(provider.options) : []
  const known = [...COMMON, ...fields.map((field) => field.name)]
  const others = isMap(block) && provider ? Object.keys(block).filter((key) => !known.includes(key)) : []
  return (
    <Box role="group" aria-label={title} sx={{ border: 1, borderColor: 'divider', borderRadius: 1, p: 2 }}>
      <Stack spacing={2}>
        <Stack direction="row" justifyContent="space-between" alignItems="center">
          <Typography variant="h3">{title}</Typography>
          {!readOnly && (
            <Button size="small" onClick={() => change(path, undefined)}>
              Remove
            </Button>
          )}
        </Stack>
        {wrong && <Alert severity="error">{wrong}</Alert>}
        <Fields min={220}>
          {named && (
            <WordField
              path={[...path, 'name']}
              label="Name"
              required
              placeholder="latency.p95"
              help="What rules call it"
            />
          )}
          <ChoiceField
            path={[...path, 'kind']}
            label="Kind"
            required
            help={provider?.about}
            choices={providers.map((one) => ({ value: one.kind, label: one.kind }))}
          />
          {fields.map((field) => (
            <SchemaField key={`${kind}.${field.name}`} path={[...path, field.name]} field={field} />
          ))}
          {named && (
            <WordField
              path={[...path, 'number']}
              label="Which number"
              placeholder="the main one"
              help="lag, for example"
            />
          )}
          <NumberField
            path={[...path, 'timeout']}
            label="Timeout"
            placeholder="5 (default)"
            help="Seconds for one read"
          />
        </Fields>
        {others.length > 0 && (
          <Alert severity="info">
            This kind knows no {others.join(', ')}. It stays until you take it out in the YAML view.
          </Alert>
        )}
        {provider?.install && (
          <Alert severity="warning">
            Docktor lacks the library for {kind}. This brings it:
            <Copyable text={provider.install} />
          </Alert>
        )}
        {isMap(block) && <SourceTest block={block} />}
      </Stack>
    </Box>
  )
}
