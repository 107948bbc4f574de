import CheckIcon from '@mui/icons-material/CheckCircleOutline'
import ErrorIcon from '@mui/icons-material/ErrorOutline'
import HourglassIcon from '@mui/icons-material/HourglassEmpty'
import PauseIcon from '@mui/icons-material/PauseCircleOutline'
import PersonIcon from '@mui/icons-material/PersonOutline'
import SyncIcon from '@mui/icons-material/Sync'
import { Chip, type ChipProps, Tooltip } from '@mui/material'
import { memo } from 'react'
import { stateWords, type Tone } from '@/lib/words'

const LOOKS: Record<Tone, { color: NonNullable<ChipProps['color']>; icon: NonNullable<ChipProps['icon']> }> =
  {
    good: { color: 'success', icon: <CheckIcon /> },
    busy: { color: 'info', icon: <SyncIcon /> },
    wait: { color: 'default', icon: <HourglassIcon /> },
    warn: { color: 'warning', icon: <PersonIcon /> },
    bad: { color: 'error', icon: <ErrorIcon /> },
    quiet: { color: 'default', icon: <PauseIcon /> },
  }

/** A service's state: its word, a sign and a colour, and on hover what it means and why. */
export const StateChip = memo(function StateChip({ state, reason }: { state: string; reason?: string }) {
  const { label, tone, means } = stateWords(state)
  const { color, icon } = LOOKS[tone]
  return (
    <Tooltip describeChild title={reason ? `${means} ${reason}` : means}>
      <Chip
        size="small"
        variant="outlined"
        color={color}
        icon={icon}
        label={label}
        // The colour alone would be too pale to read on a light ground.
        sx={{ '& .MuiChip-label': { color: 'text.primary' } }}
      />
    </Tooltip>
  )
})
