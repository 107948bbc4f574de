import { Alert, Button, Paper, Stack, TextField, Typography } from '@mui/material'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { api, body } from '@/api/client'
import { said } from '@/api/problem'
import { keepKey } from '@/api/transport'
import { Copyable } from '@/components/copyable'

export function Login() {
  const client = useQueryClient()
  const [token, setToken] = useState('')
  const login = useMutation({
    mutationFn: () => body(api.POST('/api/session', { body: { token } })),
    onSuccess: ({ key, ...session }) => {
      keepKey(key)
      client.setQueryData(['session'], session)
    },
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    login.mutate()
  }
  return (
    <Stack component="main" alignItems="center" sx={{ pt: '12vh', px: 2 }}>
      <Paper component="form" onSubmit={submit} variant="outlined" sx={{ p: 4, maxWidth: 440, width: 1 }}>
        <Stack spacing={2}>
          <Stack direction="row" spacing={1.5} alignItems="center">
            <img src="./favicon.svg" alt="" width={32} height={32} />
            <Typography variant="h1">Docktor</Typography>
          </Stack>
          <Typography>Sign in with a token. On the machine where Docktor runs, this prints yours:</Typography>
          <Copyable text="docktor token show" />
          <TextField
            label="Token"
            type="password"
            autoComplete="current-password"
            autoFocus
            required
            value={token}
            onChange={(event) => setToken(event.target.value)}
          />
          {login.isError && <Alert severity="error">{said(login.error)}</Alert>}
          <Button type="submit" variant="contained" disabled={login.isPending}>
            Sign in
          </Button>
        </Stack>
      </Paper>
    </Stack>
  )
}
