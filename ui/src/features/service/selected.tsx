import CloseIcon from '@mui/icons-material/Close'
import { IconButton, Paper, Stack, Tooltip, Typography } from '@mui/material'
import { useDecision } from '@/api/queries'
import type { Decision } from '@/api/types'
import { Failed, Loading } from '@/components/states'
import { Why } from '@/components/why'

const BESIDE = {
  p: 2,
  position: 'sticky',
  top: 16,
  maxHeight: 'calc(100vh - 32px)',
  overflowY: 'auto',
} as const

interface Props {
  id: number
  known: Decision | undefined
  close: () => void
  /** Beside the timeline, not in a drawer. */
  framed: boolean
}

/** The decision that was picked; what the list knows of it is shown at once. */
export function Selected({ id, known, close, framed }: Props) {
  const found = useDecision(id)
  const decision = found.data ?? known
  return (
    <Paper
      {...(framed ? { variant: 'outlined', component: 'aside', 'aria-label': 'Why' } : { elevation: 0 })}
      sx={framed ? BESIDE : { p: 2, bgcolor: 'transparent', backgroundImage: 'none' }}
    >
      <Stack direction="row" justifyContent="space-between" alignItems="center" sx={{ mb: 1 }}>
        <Typography color="text.secondary">Why</Typography>
        <Tooltip describeChild title="Close">
          <IconButton size="small" aria-label="Close" onClick={close}>
            <CloseIcon fontSize="small" />
          </IconButton>
        </Tooltip>
      </Stack>
      {decision ? (
        <Why decision={decision} />
      ) : found.isError ? (
        <Failed error={found.error} what={`Decision ${id} could not be loaded`} />
      ) : (
        <Loading />
      )}
    </Paper>
  )
}
