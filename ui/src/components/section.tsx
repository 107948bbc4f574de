import { Paper, Stack, Typography } from '@mui/material'
import { type PropsWithChildren, type ReactNode, useId } from 'react'

/** A part of a screen with a name: what it is, what can be done on the right, and the rest below. */
export function Section({
  title,
  help,
  action,
  children,
}: PropsWithChildren<{ title: string; help?: ReactNode; action?: ReactNode }>) {
  const id = useId()
  return (
    <Paper component="section" variant="outlined" aria-labelledby={id} sx={{ p: 2.5, minWidth: 0 }}>
      <Stack spacing={2}>
        <Stack direction="row" spacing={2} justifyContent="space-between" alignItems="flex-start">
          <Stack spacing={0.5}>
            <Typography variant="h2" id={id}>
              {title}
            </Typography>
            {help && (
              <Typography variant="body2" component="div" color="text.secondary">
                {help}
              </Typography>
            )}
          </Stack>
          {action}
        </Stack>
        {children}
      </Stack>
    </Paper>
  )
}
