import { Box, FormControlLabel, FormHelperText, Stack, Switch, TextField, Typography } from '@mui/material'
import { get, type Path, shown, spell, type Value } from './entry'
import { ChoiceField, Fields, NumberField, useTyped, WordField } from './fields'
import { useForm } from './form-context'
import { MapField } from './map-field'
import { type Field, secretFault } from './schema'

/** One setting of a source, drawn from its JSON schema. */
export function SchemaField({ path, field }: { path: Path; field: Field }) {
  const { label, help, required } = field
  const placeholder = field.placeholder
  const common = { path, label, help, required, placeholder }
  switch (field.kind) {
    case 'number':
    case 'integer':
      return <NumberField {...common} />
    case 'boolean':
      return <BooleanField path={path} field={field} />
    case 'enum':
      return (
        <ChoiceField
          {...common}
          choices={field.choices.map((choice) => ({ value: choice, label: choice }))}
          usual={required ? undefined : `${placeholder || 'none'} (default)`}
        />
      )
    case 'secret':
      return <SecretField path={path} field={field} />
    case 'list':
      return <ListField path={path} field={field} />
    case 'map':
      return <MapField path={path} field={field} />
    case 'object':
      return <Nested path={path} field={field} />
    case 'other':
      return <Elsewhere field={field} />
    default:
      return <WordField {...common} />
  }
}

function BooleanField({ path, field }: { path: Path; field: Field }) {
  const { entry, change, fault, readOnly } = useForm()
  const value = get(entry, path)
  const wrong = fault(spell(path))
  return (
    <Box>
      <FormControlLabel
        label={field.label}
        control={
          <Switch
            checked={value === undefined ? field.placeholder === 'true' : value === true}
            disabled={readOnly}
            onChange={(event) => change(path, event.target.checked)}
          />
        }
      />
      <FormHelperText error={wrong !== undefined}>{wrong ?? field.help}</FormHelperText>
    </Box>
  )
}

function SecretField({ path, field }: { path: Path; field: Field }) {
  const { entry, change, fault, readOnly } = useForm()
  const value = get(entry, path)
  const wrong = fault(spell(path)) ?? secretFault(value)
  return (
    <TextField
      size="small"
      label={field.label}
      required={field.required}
      value={shown(value)}
      error={wrong !== null}
      helperText={wrong ?? `${field.help} By reference only: Docktor reads it from the environment or .env.`}
      placeholder={`\${${field.name.toUpperCase()}}`}
      onChange={(event) => change(path, event.target.value || undefined)}
      slotProps={{
        inputLabel: { shrink: true },
        htmlInput: { autoComplete: 'off', spellCheck: false, readOnly },
      }}
    />
  )
}

const listed = (value: Value | undefined): string =>
  Array.isArray(value) ? value.map(shown).join(', ') : shown(value)

function listRead(text: string): Value | undefined {
  const items = text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '')
  return items.length === 0 ? undefined : items
}

function ListField({ path, field }: { path: Path; field: Field }) {
  const { entry, change, fault, readOnly } = useForm()
  const [text, setText] = useTyped(get(entry, path), listRead, listed)
  const wrong = fault(spell(path))
  return (
    <TextField
      size="small"
      label={field.label}
      required={field.required}
      value={text}
      error={wrong !== undefined}
      helperText={wrong ?? field.help}
      placeholder={field.placeholder || 'several, with commas'}
      onChange={(event) => {
        setText(event.target.value)
        change(path, listRead(event.target.value))
      }}
      slotProps={{ inputLabel: { shrink: true }, htmlInput: { readOnly } }}
    />
  )
}

function Nested({ path, field }: { path: Path; field: Field }) {
  return (
    <Stack spacing={1.5} role="group" aria-label={field.label} sx={{ gridColumn: '1 / -1' }}>
      <Typography variant="subtitle2" component="div">
        {field.label}
      </Typography>
      {field.help && <Typography variant="caption">{field.help}</Typography>}
      <Fields min={220}>
        {field.fields.map((inner) => (
          <SchemaField key={inner.name} path={[...path, inner.name]} field={inner} />
        ))}
      </Fields>
    </Stack>
  )
}

function Elsewhere({ field }: { field: Field }) {
  return (
    <Stack>
      <Typography variant="subtitle2" component="div">
        {field.label}
      </Typography>
      <Typography variant="caption" color="text.secondary">
        {field.help} Write it in the YAML view.
      </Typography>
    </Stack>
  )
}
