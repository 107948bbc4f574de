import { Stack, Typography } from '@mui/material'
import type { PropsWithChildren } from 'react'
import type { Service } from '@/api/types'
import { Until } from '@/components/ago'
import { Replicas } from '@/components/replicas'
import { StateChip } from '@/components/state-chip'
import { modeLabel } from '@/lib/words'

/** How it is now, in one line. */
export function Facts({ service, updatedAt }: { service: Service; updatedAt: number }) {
  return (
    <Stack direction="row" useFlexGap gap={3} flexWrap="wrap" alignItems="center">
      <Stack direction="row" spacing={1.5} alignItems="center" sx={{ minWidth: 0 }}>
        <StateChip state={service.state} />
        <Typography variant="body2" sx={{ overflowWrap: 'anywhere' }}>
          {service.reason}
        </Typography>
      </Stack>
      <Replicas
        replicas={service.replicas}
        desired={service.desired}
        ready={service.ready}
        min={service.min}
        max={service.max}
      />
      <Fact name="Mode">{modeLabel(service.mode)}</Fact>
      {service.next_check_s !== null && (
        <Fact name="Next check">
          <Until at={updatedAt + service.next_check_s * 1000} />
        </Fact>
      )}
    </Stack>
  )
}

function Fact({ name, children }: PropsWithChildren<{ name: string }>) {
  return (
    <Typography variant="body2" noWrap>
      <Typography component="span" variant="body2" color="text.secondary">
        {name}{' '}
      </Typography>
      {children}
    </Typography>
  )
}
