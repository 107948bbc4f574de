import { Alert, Button, Stack, TextField, Typography } from '@mui/material'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { api, body } from '@/api/client'
import { said } from '@/api/problem'
import { Copyable } from '@/components/copyable'

const ROLES = [
  { value: 'viewer', label: 'viewer: may look' },
  { value: 'operator', label: 'operator: may act' },
  { value: 'admin', label: 'admin: may change rules' },
] as const
type Role = (typeof ROLES)[number]['value']

/** Makes a token, which is shown this once. */
export function AddToken({ listKey }: { listKey: readonly string[] }) {
  const client = useQueryClient()
  const [name, setName] = useState('')
  const [role, setRole] = useState<Role>('viewer')
  const [days, setDays] = useState('')
  const add = useMutation({
    mutationFn: () =>
      body(
        api.POST('/api/tokens', {
          body: { name: name.trim(), role, ...(days.trim() && { days: Number(days) }) },
        }),
      ),
    onSuccess: () => {
      setName('')
      void client.invalidateQueries({ queryKey: listKey })
    },
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    add.mutate()
  }
  const shrink = { inputLabel: { shrink: true } }
  return (
    <>
      <Stack component="form" onSubmit={submit} direction="row" flexWrap="wrap" useFlexGap spacing={1.5}>
        <TextField
          size="small"
          label="Name"
          required
          value={name}
          placeholder="dashboard"
          onChange={(event) => setName(event.target.value)}
          slotProps={{ ...shrink, htmlInput: { autoComplete: 'off' } }}
        />
        <TextField
          select
          size="small"
          label="Role"
          value={role}
          onChange={(event) =>
            setRole(ROLES.find((one) => one.value === event.target.value)?.value ?? 'viewer')
          }
          slotProps={{ ...shrink, select: { native: true } }}
        >
          {ROLES.map((one) => (
            <option key={one.value} value={one.value}>
              {one.label}
            </option>
          ))}
        </TextField>
        <TextField
          size="small"
          label="Days"
          type="number"
          value={days}
          placeholder="for ever"
          onChange={(event) => setDays(event.target.value)}
          slotProps={{ ...shrink, htmlInput: { min: 1 } }}
          sx={{ width: 120 }}
        />
        <Button type="submit" variant="outlined" disabled={add.isPending || name.trim() === ''}>
          Make a token
        </Button>
      </Stack>
      {add.isError && <Alert severity="error">{said(add.error)}</Alert>}
      {add.data && (
        <Alert severity="success" onClose={() => add.reset()}>
          <Typography variant="body2">
            The token {add.data.name}. Copy it now: it is not shown again, and Docktor keeps no copy.
          </Typography>
          <Copyable text={add.data.token} label="Copy the token" />
        </Alert>
      )}
    </>
  )
}
