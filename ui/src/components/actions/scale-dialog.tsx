import { TextField, Typography } from '@mui/material'
import { useState } from 'react'
import type { Service } from '@/api/types'
import { count } from '@/lib/format'
import { useServiceActs } from './acts'
import { Ask } from './ask'

export const wholeNumber = (text: string): number | null =>
  /^\d{1,4}$/.test(text.trim()) ? Number(text) : null

export function ScaleDialog({ service, onClose }: { service: Service; onClose: () => void }) {
  const { scale } = useServiceActs(service)
  const [text, setText] = useState(String(service.replicas))
  const [reason, setReason] = useState('')
  const { min, max } = service
  const replicas = wholeNumber(text)
  const bounds = min !== null && max !== null ? `Between ${min} and ${max}.` : 'No limits are known.'
  const outside = replicas !== null && min !== null && max !== null && (replicas < min || replicas > max)
  return (
    <Ask
      title={`Scale ${service.name} by hand`}
      verb={replicas === null ? 'Scale' : `Scale to ${replicas}`}
      ready={replicas !== null}
      act={() => scale(replicas ?? 0, reason)}
      onClose={onClose}
    >
      <Typography color="text.secondary">
        It has {count(service.replicas, 'replica')} now. Docktor's limits hold for you too.
      </Typography>
      <TextField
        label="Replicas"
        type="number"
        size="small"
        autoFocus
        required
        value={text}
        onChange={(event) => setText(event.target.value)}
        onFocus={(event) => event.target.select()}
        helperText={outside ? `${bounds} This is outside.` : bounds}
        slotProps={{ htmlInput: { min: 0, step: 1 } }}
      />
      <Reason value={reason} onChange={setReason} />
    </Ask>
  )
}

export function Reason({ value, onChange }: { value: string; onChange: (text: string) => void }) {
  return (
    <TextField
      label="Reason"
      size="small"
      value={value}
      onChange={(event) => onChange(event.target.value)}
      helperText="Goes on record."
      slotProps={{ htmlInput: { maxLength: 500 } }}
    />
  )
}
