import { Alert, AlertTitle, Box, Typography } from '@mui/material'
import type { Detail } from '@/api/types'
import { metricLabel } from '@/lib/metrics'

/** What it would need to see and does not, with the reasons. */
export function Missing({ detail }: { detail: Detail }) {
  const judged = new Set(detail.rules.map((rule) => rule.metric))
  const blind = detail.service.state === 'blind'
  const missing = Object.entries(detail.missing).filter(([metric]) => blind || judged.has(metric))
  if (missing.length === 0) return null
  return (
    <Alert severity={blind ? 'error' : 'warning'}>
      <AlertTitle>
        {blind ? 'Docktor is blind here, and leaves the replicas as they are' : 'Some numbers are missing'}
      </AlertTitle>
      <Box component="ul" sx={{ m: 0, pl: 2.5 }}>
        {missing.map(([metric, why]) => (
          <Typography component="li" variant="body2" key={metric} sx={{ overflowWrap: 'anywhere' }}>
            <strong>{metricLabel(metric)}</strong>: {why}
          </Typography>
        ))}
      </Box>
    </Alert>
  )
}
