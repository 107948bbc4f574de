import { Alert, AlertTitle, Button, Paper, Skeleton, Stack, Typography } from '@mui/material'
import type { ReactNode } from 'react'
import { said } from '@/api/problem'

/** Nothing here yet: what would be, and what to do. */
export function Empty({
  title,
  children,
  action,
}: {
  title: string
  children?: ReactNode
  action?: ReactNode
}) {
  return (
    <Paper variant="outlined" sx={{ p: 5, textAlign: 'center' }}>
      <Stack spacing={1.5} alignItems="center">
        <Typography variant="h2">{title}</Typography>
        {children && <Typography color="text.secondary">{children}</Typography>}
        {action}
      </Stack>
    </Paper>
  )
}

export function Loading({ rows = 4, label = 'Loading' }: { rows?: number; label?: string }) {
  return (
    <Stack spacing={1} role="status" aria-label={label}>
      {Array.from({ length: rows }, (_, row) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: they are all alike and never move
        <Skeleton key={row} variant="rounded" height={48} />
      ))}
    </Stack>
  )
}

/** What went wrong, and a way to try again. */
export function Failed({ error, retry, what }: { error: unknown; retry?: () => void; what: string }) {
  return (
    <Alert
      severity="error"
      action={
        retry && (
          <Button color="inherit" size="small" onClick={retry}>
            Try again
          </Button>
        )
      }
    >
      <AlertTitle>{what}</AlertTitle>
      {said(error)}
    </Alert>
  )
}
