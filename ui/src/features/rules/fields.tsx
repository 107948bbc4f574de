import { Autocomplete, Box, TextField } from '@mui/material'
import { type PropsWithChildren, useState } from 'react'
import { get, type Path, same, shown, spell, typed, type Value } from './entry'
import { useForm } from './form-context'

/** Fields beside each other, as many as there is room for. */
export function Fields({ children, min = 170 }: PropsWithChildren<{ min?: number }>) {
  return (
    <Box
      sx={{
        display: 'grid',
        gridTemplateColumns: `repeat(auto-fill, minmax(${min}px, 1fr))`,
        columnGap: 2,
        rowGap: 2,
        alignItems: 'start',
      }}
    >
      {children}
    </Box>
  )
}

/** Text that stays as it is typed ("0.0" on the way to "0.05") for as long as it comes to the value. */
export function useTyped(
  value: Value | undefined,
  read: (text: string) => Value | undefined,
  show: (value: Value | undefined) => string = shown,
) {
  const [text, setText] = useState(() => show(value))
  return [same(read(text), value) ? text : show(value), setText] as const
}

export interface FieldProps {
  path: Path
  label: string
  help?: string | undefined
  placeholder?: string | undefined
  required?: boolean
}

/** A number; text such as `30s` or `${MOST}` is taken too, and judged by Docktor. */
export function NumberField({ path, label, help, placeholder, required }: FieldProps) {
  const { entry, change, fault, whence, readOnly } = useForm()
  const place = spell(path)
  const [text, setText] = useTyped(get(entry, path), typed)
  const wrong = fault(place)
  return (
    <TextField
      size="small"
      label={label}
      value={text}
      required={required ?? false}
      error={wrong !== undefined}
      helperText={wrong ?? help}
      placeholder={placeholder ?? whence(place)}
      onChange={(event) => {
        setText(event.target.value)
        change(path, typed(event.target.value))
      }}
      slotProps={{
        inputLabel: { shrink: true },
        htmlInput: { inputMode: 'decimal', autoComplete: 'off', readOnly },
      }}
    />
  )
}

const asText = (text: string): Value | undefined => (text === '' ? undefined : text)

export function WordField({ path, label, help, placeholder, required }: FieldProps) {
  const { entry, change, fault, whence, readOnly } = useForm()
  const wrong = fault(spell(path))
  return (
    <TextField
      size="small"
      label={label}
      value={shown(get(entry, path))}
      required={required ?? false}
      error={wrong !== undefined}
      helperText={wrong ?? help}
      placeholder={placeholder ?? whence(spell(path))}
      onChange={(event) => change(path, asText(event.target.value))}
      slotProps={{
        inputLabel: { shrink: true },
        htmlInput: { autoComplete: 'off', spellCheck: false, readOnly },
      }}
    />
  )
}

export interface Choice {
  value: string
  label: string
}

/** One of some words; the empty choice says what holds where none is written. */
export function ChoiceField({
  path,
  label,
  help,
  required,
  choices,
  usual,
}: FieldProps & { choices: readonly Choice[]; usual?: string | undefined }) {
  const { entry, change, fault, readOnly } = useForm()
  const wrong = fault(spell(path))
  const value = shown(get(entry, path))
  const known = value === '' || choices.some((choice) => choice.value === value)
  return (
    <TextField
      select
      size="small"
      label={label}
      value={value}
      required={required ?? false}
      disabled={readOnly}
      error={wrong !== undefined}
      helperText={wrong ?? help}
      onChange={(event) => change(path, asText(event.target.value))}
      slotProps={{
        inputLabel: { shrink: true },
        select: { native: true },
        formHelperText: { disabled: false },
      }}
    >
      {(usual !== undefined || value === '') && <option value="">{usual ?? 'Choose'}</option>}
      {choices.map((choice) => (
        <option key={choice.value} value={choice.value}>
          {choice.label}
        </option>
      ))}
      {!known && <option value={value}>{value}</option>}
    </TextField>
  )
}

/** A metric's name: one of those there are, or any other. */
export function MetricField({ path, label = 'Metric' }: { path: Path; label?: string }) {
  const { entry, change, fault, names, readOnly } = useForm()
  const wrong = fault(spell(path))
  return (
    <Autocomplete
      freeSolo
      forcePopupIcon={!readOnly}
      openText="Show the metrics there are"
      size="small"
      options={names}
      inputValue={shown(get(entry, path))}
      value={shown(get(entry, path))}
      onInputChange={(_, text, why) => {
        if (why !== 'reset') change(path, asText(text))
      }}
      onChange={(_, name) => change(path, asText(name ?? ''))}
      readOnly={readOnly}
      disableClearable
      renderInput={({ size: _, InputLabelProps: __, ...params }) => (
        <TextField
          {...params}
          size="small"
          label={label}
          error={wrong !== undefined}
          helperText={wrong}
          slotProps={{ inputLabel: { shrink: true } }}
        />
      )}
    />
  )
}
