import { Stack, Typography } from '@mui/material'
import { type PropsWithChildren, type ReactNode, useEffect } from 'react'

/** A screen: its title, what can be done on the right, and the rest below. */
export function Page({
  title,
  subtitle,
  actions,
  children,
}: PropsWithChildren<{ title: string; subtitle?: ReactNode; actions?: ReactNode }>) {
  useEffect(() => {
    document.title = `${title} · Docktor`
  }, [title])
  return (
    <Stack spacing={2.5}>
      <Stack
        direction="row"
        justifyContent="space-between"
        alignItems="flex-start"
        flexWrap="wrap"
        useFlexGap
        gap={2}
      >
        <Stack spacing={0.5}>
          <Typography variant="h1">{title}</Typography>
          {subtitle && (
            <Typography component="div" color="text.secondary">
              {subtitle}
            </Typography>
          )}
        </Stack>
        {actions && (
          <Stack direction="row" spacing={1} alignItems="center">
            {actions}
          </Stack>
        )}
      </Stack>
      {children}
    </Stack>
  )
}
