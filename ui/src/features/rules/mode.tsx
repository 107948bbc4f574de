import { TextField } from '@mui/material'
import { MODES } from '@/lib/words'
import { usualMode } from './defaults'
import { isMap, shown } from './entry'
import { Fields } from './fields'
import { useForm } from './form-context'

const DIRECTIONS = [
  { side: 'up', label: 'Adding replicas' },
  { side: 'down', label: 'Removing replicas' },
] as const

/** How much Docktor may do, in each direction; written as one word where both are alike. */
export function ModeFields() {
  const { entry, change, fault, detail, base, readOnly } = useForm()
  const usual = (side: 'up' | 'down') => usualMode(detail.settings, base, side)
  const now = (side: 'up' | 'down') => {
    if (isMap(entry.mode)) return shown(entry.mode[side])
    return entry.mode === undefined ? usual(side) : shown(entry.mode)
  }
  const choose = (side: 'up' | 'down', mode: string) => {
    const both = { up: now('up'), down: now('down'), [side]: mode }
    change(['mode'], both.up === both.down ? both.up : both)
  }
  const wrong = fault('mode')
  return (
    <Fields min={240}>
      {DIRECTIONS.map(({ side, label }) => (
        <TextField
          key={side}
          select
          size="small"
          label={label}
          value={now(side)}
          disabled={readOnly}
          error={wrong !== undefined}
          helperText={wrong ?? MODES[now(side)]?.means}
          onChange={(event) => choose(side, event.target.value)}
          slotProps={{
            inputLabel: { shrink: true },
            select: { native: true },
            formHelperText: { disabled: false },
          }}
        >
          {Object.entries(MODES).map(([mode, words]) => (
            <option key={mode} value={mode}>
              {words.label}
              {entry.mode === undefined && mode === usual(side) ? ' (default)' : ''}
            </option>
          ))}
          {!MODES[now(side)] && <option value={now(side)}>{now(side)}</option>}
        </TextField>
      ))}
    </Fields>
  )
}
