import {
  FormControl,
  FormControlLabel,
  FormLabel,
  MenuItem,
  Radio,
  RadioGroup,
  Stack,
  TextField,
  Typography,
} from '@mui/material'
import { useState } from 'react'
import type { Service } from '@/api/types'
import { MODES } from '@/lib/words'
import { useServiceActs } from './acts'
import { Ask } from './ask'
import { both, MODE_ORDER, type Mode, modesOf } from './modes'

export function ModeDialog({ service, onClose }: { service: Service; onClose: () => void }) {
  const { setMode } = useServiceActs(service)
  const [modes, setModes] = useState(() => modesOf(service.mode))
  const [apart, setApart] = useState(modes.up !== modes.down)
  const choose = (value: string) => {
    setApart(value === 'apart')
    if (value !== 'apart') setModes(both(value as Mode))
  }
  return (
    <Ask title={`Mode of ${service.name}`} verb="Set mode" ready act={() => setMode(modes)} onClose={onClose}>
      <FormControl>
        <FormLabel id="mode">When another number of replicas is wanted</FormLabel>
        <RadioGroup
          aria-labelledby="mode"
          value={apart ? 'apart' : modes.up}
          onChange={(_, value) => choose(value)}
        >
          {MODE_ORDER.map((mode) => (
            <Choice key={mode} value={mode} label={MODES[mode]?.label ?? mode} means={MODES[mode]?.means} />
          ))}
          <Choice value="apart" label="One for up, another for down" means={undefined} />
        </RadioGroup>
      </FormControl>
      {apart && (
        <Stack direction="row" spacing={2}>
          <Direction label="For more" mode={modes.up} onChange={(up) => setModes({ ...modes, up })} />
          <Direction label="For fewer" mode={modes.down} onChange={(down) => setModes({ ...modes, down })} />
        </Stack>
      )}
    </Ask>
  )
}

function Choice({ value, label, means }: { value: string; label: string; means: string | undefined }) {
  return (
    <FormControlLabel
      value={value}
      control={<Radio size="small" />}
      label={
        <>
          {label}
          {means && (
            <Typography component="span" color="text.secondary">
              {' '}
              · {means}
            </Typography>
          )}
        </>
      }
    />
  )
}

function Direction({ label, mode, onChange }: { label: string; mode: Mode; onChange: (mode: Mode) => void }) {
  return (
    <TextField
      select
      fullWidth
      size="small"
      label={label}
      value={mode}
      onChange={(event) => onChange(event.target.value as Mode)}
    >
      {MODE_ORDER.map((one) => (
        <MenuItem key={one} value={one}>
          {MODES[one]?.label}
        </MenuItem>
      ))}
    </TextField>
  )
}
