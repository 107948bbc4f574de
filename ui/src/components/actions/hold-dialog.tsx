import { FormControl, FormControlLabel, FormLabel, Radio, RadioGroup, TextField } from '@mui/material'
import { useState } from 'react'
import type { Service } from '@/api/types'
import { useServiceActs } from './acts'
import { Ask } from './ask'
import { Reason } from './scale-dialog'
import { clockTime, type HoldChoice, holdMinutes } from './times'

const CHOICES: readonly [HoldChoice, string][] = [
  ['10', '10 minutes'],
  ['60', '1 hour'],
  ['tomorrow', 'Until tomorrow 9:00'],
  ['own', 'Another time'],
]

export function HoldDialog({ service, onClose }: { service: Service; onClose: () => void }) {
  const { hold } = useServiceActs(service)
  const [choice, setChoice] = useState<HoldChoice>('10')
  const [own, setOwn] = useState('30')
  const [reason, setReason] = useState('')
  const now = new Date()
  const minutes = holdMinutes(choice, own, now)
  const until = minutes === null ? null : clockTime(new Date(now.getTime() + minutes * 60_000), now)
  return (
    <Ask
      title={`Hold ${service.name}`}
      verb={until ? `Hold until ${until}` : 'Hold'}
      ready={minutes !== null}
      act={() => hold(minutes ?? 0, reason)}
      onClose={onClose}
    >
      <FormControl>
        <FormLabel id="hold-time">Leave its replicas alone for</FormLabel>
        <RadioGroup
          aria-labelledby="hold-time"
          value={choice}
          onChange={(_, value) => setChoice(value as HoldChoice)}
        >
          {CHOICES.map(([value, label]) => (
            <FormControlLabel key={value} value={value} label={label} control={<Radio size="small" />} />
          ))}
        </RadioGroup>
      </FormControl>
      {choice === 'own' && (
        <TextField
          label="Minutes"
          type="number"
          size="small"
          autoFocus
          value={own}
          onChange={(event) => setOwn(event.target.value)}
          error={minutes === null}
          helperText={minutes === null ? 'More than 0, at most a year.' : ' '}
          slotProps={{ htmlInput: { min: 0, step: 'any' } }}
        />
      )}
      <Reason value={reason} onChange={setReason} />
    </Ask>
  )
}
