import { Button, Paper, Stack, Typography } from '@mui/material'
import { useState } from 'react'

const SEEN = 'docktor.tour'

const STEPS: readonly { title: string; text: string }[] = [
  {
    title: 'This is a demo',
    text: 'Docktor runs on a simulated engine. Load rises and falls every three minutes, and replicas follow it. Nothing you do here touches anything real.',
  },
  {
    title: 'A row is a service',
    text: 'Replicas as they are and as they are wanted, between the fewest and the most; the number it goes by, with the line it must cross; what Docktor may do by itself, and when it looks again.',
  },
  {
    title: 'There is always a reason',
    text: 'The last decision is a link: it shows what was seen, which rule fired and what held it back. A service’s own screen has all of them on a time line.',
  },
  {
    title: 'You keep the last word',
    text: 'Set a service’s mode to Ask, in the menu at the end of its row. What Docktor then wants waits above this table, and under Approvals.',
  },
]

/** A private window may have no store: then the tour is only forgotten. */
function remembered(): boolean {
  try {
    return localStorage.getItem(SEEN) !== null
  } catch {
    return false
  }
}

function remember() {
  try {
    localStorage.setItem(SEEN, 'seen')
  } catch {
    // It comes again next time.
  }
}

export function Tour() {
  const [over, setOver] = useState(remembered)
  const [at, setAt] = useState(0)
  const step = STEPS[at]
  if (over || !step) return null
  const end = () => {
    remember()
    setOver(true)
  }
  const last = at === STEPS.length - 1
  return (
    <Paper component="section" aria-label="A short tour" variant="outlined" sx={{ p: 2 }}>
      <Stack direction="row" spacing={3} useFlexGap flexWrap="wrap" alignItems="center">
        <Stack spacing={0.5} sx={{ flex: 1, minWidth: 320, minHeight: 48 }} aria-live="polite">
          <Typography variant="h3" component="h2">
            {step.title}{' '}
            <Typography component="span" variant="caption" color="text.secondary">
              {at + 1} of {STEPS.length}
            </Typography>
          </Typography>
          <Typography variant="body2" color="text.secondary">
            {step.text}
          </Typography>
        </Stack>
        <Stack direction="row" spacing={1}>
          {!last && (
            <Button size="small" onClick={end}>
              Skip
            </Button>
          )}
          {at > 0 && (
            <Button size="small" onClick={() => setAt(at - 1)}>
              Back
            </Button>
          )}
          <Button size="small" variant="outlined" onClick={last ? end : () => setAt(at + 1)}>
            {last ? 'Done' : 'Next'}
          </Button>
        </Stack>
      </Stack>
    </Paper>
  )
}
