import AddIcon from '@mui/icons-material/Add'
import RemoveIcon from '@mui/icons-material/Close'
import { Button, FormHelperText, IconButton, Stack, TextField, Typography } from '@mui/material'
import { useState } from 'react'
import { type Entry, get, isMap, type Path, same, shown, spell, type Value } from './entry'
import { useForm } from './form-context'
import { type Field, secretFault } from './schema'

type Row = readonly [name: string, value: Value]

const asMap = (rows: readonly Row[]): Entry => Object.fromEntries(rows.filter(([name]) => name !== ''))

/** Names of one's own, each with a text: headers, further queries. */
export function MapField({ path, field }: { path: Path; field: Field }) {
  const { entry, change, fault, readOnly } = useForm()
  const value = get(entry, path)
  const current = isMap(value) ? value : {}
  const [rows, setRows] = useState<readonly Row[]>(() => Object.entries(current))
  const held = same(asMap(rows), current) ? rows : Object.entries(current)
  const put = (next: readonly Row[]) => {
    setRows(next)
    const map = asMap(next)
    change(path, Object.keys(map).length > 0 ? map : undefined)
  }
  const wrong = fault(spell(path))
  return (
    <Stack spacing={1} role="group" aria-label={field.label} sx={{ gridColumn: '1 / -1' }}>
      <Typography variant="subtitle2" component="div">
        {field.label}
      </Typography>
      {held.map(([name, item], index) => (
        <MapRow
          // biome-ignore lint/suspicious/noArrayIndexKey: its name is what is being typed
          key={index}
          row={[name, item]}
          field={field}
          readOnly={readOnly}
          onChange={(row) => put(held.map((old, at) => (at === index ? row : old)))}
          onRemove={() => put(held.filter((_, at) => at !== index))}
        />
      ))}
      {!readOnly && (
        <Button
          size="small"
          startIcon={<AddIcon />}
          sx={{ alignSelf: 'flex-start' }}
          onClick={() => setRows([...held, ['', '']])}
        >
          Add to {field.label.toLowerCase()}
        </Button>
      )}
      <FormHelperText error={wrong !== undefined}>{wrong ?? field.help}</FormHelperText>
    </Stack>
  )
}

function MapRow({
  row: [name, value],
  field,
  readOnly,
  onChange,
  onRemove,
}: {
  row: Row
  field: Field
  readOnly: boolean
  onChange: (row: Row) => void
  onRemove: () => void
}) {
  const wrong = field.secret ? secretFault(value) : null
  return (
    <Stack direction="row" spacing={1} alignItems="flex-start">
      <TextField
        size="small"
        label="Name"
        value={name}
        onChange={(event) => onChange([event.target.value, value])}
        slotProps={{ inputLabel: { shrink: true }, htmlInput: { readOnly } }}
      />
      <TextField
        size="small"
        label="Value"
        fullWidth
        value={shown(value)}
        error={wrong !== null}
        helperText={wrong}
        onChange={(event) => onChange([name, event.target.value])}
        slotProps={{ inputLabel: { shrink: true }, htmlInput: { readOnly } }}
      />
      {!readOnly && (
        <IconButton size="small" aria-label={`Remove ${name || 'this'}`} onClick={onRemove} sx={{ mt: 0.5 }}>
          <RemoveIcon fontSize="small" />
        </IconButton>
      )}
    </Stack>
  )
}
