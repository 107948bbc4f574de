import { Box, Stack, Typography } from '@mui/material'
import { memo } from 'react'

interface Props {
  replicas: number
  desired: number
  ready: number
  min: number | null
  max: number | null
}

const share = (n: number, max: number) => `${Math.min(100, (100 * n) / Math.max(1, max))}%`

/** `3 → 5` and where that is between the fewest and the most. */
export const Replicas = memo(function Replicas({ replicas, desired, ready, min, max }: Props) {
  const words = replicas === desired ? String(replicas) : `${replicas} → ${desired}`
  const bounds = min !== null && max !== null ? `, between ${min} and ${max}` : ''
  const unready = ready < replicas ? `, ${ready} ready` : ''
  return (
    <Box
      role="img"
      aria-label={`${words} ${words === '1' ? 'replica' : 'replicas'}${unready}${bounds}`}
      sx={{ minWidth: 96 }}
    >
      <Stack direction="row" spacing={0.75} alignItems="baseline">
        <Typography component="span" fontWeight={600}>
          {words}
        </Typography>
        {ready < replicas && (
          <Typography component="span" variant="caption" color="text.secondary">
            {ready} ready
          </Typography>
        )}
      </Stack>
      {max !== null && (
        <Stack direction="row" spacing={0.75} alignItems="center" aria-hidden>
          <Typography variant="caption" color="text.secondary">
            {min}
          </Typography>
          <Box sx={{ position: 'relative', flex: 1, height: 4, borderRadius: 2, bgcolor: 'action.hover' }}>
            <Box
              sx={{
                position: 'absolute',
                inset: 0,
                width: share(replicas, max),
                bgcolor: 'primary.main',
                borderRadius: 2,
              }}
            />
            {desired !== replicas && (
              <Box
                sx={{
                  position: 'absolute',
                  top: -3,
                  bottom: -3,
                  left: share(desired, max),
                  width: 2,
                  bgcolor: 'warning.main',
                }}
              />
            )}
          </Box>
          <Typography variant="caption" color="text.secondary">
            {max}
          </Typography>
        </Stack>
      )}
    </Box>
  )
})
