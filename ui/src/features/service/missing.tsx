import { Alert, AlertTitle, Box, Typography } from '@mui/material'
import type { Detail } from '@/api/types'
import { metricLabel } from '@/lib/metrics'
import { targetOf } from './lanes'

/** What it would need to see and does not, with the reasons. */
export function Missing({ detail }: { detail: Detail }) {
  const blind = detail.service.state === 'blind'
  const missing = reasons(detail, blind)
  if (missing.length === 0) return null
  return (
    <Alert severity={blind ? 'error' : 'warning'}>
      <AlertTitle>
        {blind ? 'Docktor is blind here, and leaves the replicas as they are' : 'Some numbers are missing'}
      </AlertTitle>
      <Box component="ul" sx={{ m: 0, pl: 2.5 }}>
        {missing.map(([why, metrics]) => (
          <Typography component="li" variant="body2" key={why} sx={{ overflowWrap: 'anywhere' }}>
            <strong>{metrics.map(metricLabel).join('; ')}</strong>: {why}
          </Typography>
        ))}
      </Box>
    </Alert>
  )
}

/** Each reason with what is missing for it: what it is judged by, or all there is where it is blind for another. */
function reasons(detail: Detail, blind: boolean): [string, string[]][] {
  const judged = new Set([...detail.rules.map((rule) => rule.metric), targetOf(detail)?.metric])
  const all = Object.entries(detail.missing)
  const some = all.filter(([metric]) => judged.has(metric))
  const found = new Map<string, string[]>()
  for (const [metric, why] of some.length === 0 && blind ? all : some)
    found.set(why, [...(found.get(why) ?? []), metric])
  return [...found]
}
