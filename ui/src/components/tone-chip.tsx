import CheckIcon from '@mui/icons-material/CheckCircleOutline'
import ErrorIcon from '@mui/icons-material/ErrorOutline'
import HourglassIcon from '@mui/icons-material/HourglassEmpty'
import QuietIcon from '@mui/icons-material/RadioButtonUnchecked'
import SyncIcon from '@mui/icons-material/Sync'
import WarnIcon from '@mui/icons-material/WarningAmber'
import { Chip, type ChipProps } from '@mui/material'
import type { Tone } from '@/lib/words'

const LOOKS: Record<Tone, { color: NonNullable<ChipProps['color']>; icon: NonNullable<ChipProps['icon']> }> =
  {
    good: { color: 'success', icon: <CheckIcon /> },
    busy: { color: 'info', icon: <SyncIcon /> },
    wait: { color: 'default', icon: <HourglassIcon /> },
    warn: { color: 'warning', icon: <WarnIcon /> },
    bad: { color: 'error', icon: <ErrorIcon /> },
    quiet: { color: 'default', icon: <QuietIcon /> },
  }

/** A state's word with a sign; the colour is on the sign and the rim, so that the word can always be read. */
export function ToneChip({ tone, label }: { tone: Tone; label: string }) {
  const { color, icon } = LOOKS[tone]
  return (
    <Chip
      size="small"
      variant="outlined"
      color={color}
      icon={icon}
      label={label}
      sx={{ '& .MuiChip-label': { color: 'text.primary' } }}
    />
  )
}
