import { Box, Stack, Typography } from '@mui/material'
import type { PropsWithChildren, ReactNode } from 'react'

/** One step of the way, with the number of replicas as it leaves the step. */
export function Step({
  title,
  note,
  replicas,
  last = false,
  children,
}: PropsWithChildren<{ title: string; note?: ReactNode; replicas?: number | null; last?: boolean }>) {
  return (
    <Box component="li" sx={{ display: 'grid', gridTemplateColumns: '36px minmax(0, 1fr)', columnGap: 1.5 }}>
      <Stack alignItems="center">
        <Count replicas={replicas ?? null} />
        {!last && <Box sx={{ flex: 1, width: 2, bgcolor: 'divider', minHeight: 8 }} />}
      </Stack>
      <Stack spacing={0.5} sx={{ pb: last ? 0 : 2 }}>
        <Stack
          direction="row"
          spacing={1}
          alignItems="baseline"
          sx={{ minHeight: 28 }}
          flexWrap="wrap"
          useFlexGap
        >
          <Typography variant="h3" component="h3">
            {title}
          </Typography>
          {note && (
            <Typography variant="body2" color="text.secondary">
              {note}
            </Typography>
          )}
        </Stack>
        {children}
      </Stack>
    </Box>
  )
}

function Count({ replicas }: { replicas: number | null }) {
  if (replicas === null) {
    return <Box sx={{ width: 10, height: 10, my: '9px', borderRadius: '50%', bgcolor: 'divider' }} />
  }
  return (
    <Box
      role="img"
      aria-label={`${replicas} ${replicas === 1 ? 'replica' : 'replicas'} after this step`}
      sx={{
        minWidth: 28,
        height: 28,
        px: 0.5,
        borderRadius: 4,
        border: 1,
        borderColor: 'primary.main',
        display: 'grid',
        placeItems: 'center',
        fontWeight: 600,
        fontSize: '0.8125rem',
      }}
    >
      {replicas}
    </Box>
  )
}

export const Said = ({ children }: PropsWithChildren) => (
  <Typography variant="body2" color="text.secondary" sx={{ overflowWrap: 'anywhere' }}>
    {children}
  </Typography>
)
