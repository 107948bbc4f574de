import { Alert, Button, Stack } from '@mui/material'
import { Link } from 'react-router'
import type { Service } from '@/api/types'
import { metricValue } from '@/lib/format'

/** A threshold as it was moved to, not saved yet. */
export interface Proposed {
  key: string
  metric: string
  op: string
  value: number
  was: number
}

interface Props {
  proposed: Proposed
  service: Service
  drop: () => void
}

/** Nothing is changed by moving a line: it only begins an edit of the rule. */
export function Proposal({ proposed, service, drop }: Props) {
  const { metric, op, value, was } = proposed
  const query = new URLSearchParams({ metric, op, value: String(value) })
  const to = `/s/${encodeURIComponent(service.project)}/${encodeURIComponent(service.name)}/rules?${query}`
  return (
    <Alert
      severity="info"
      action={
        <Stack direction="row" spacing={1}>
          <Button size="small" variant="contained" component={Link} to={to}>
            Edit rule with this value
          </Button>
          <Button size="small" color="inherit" onClick={drop}>
            Put it back
          </Button>
        </Stack>
      }
    >
      {metric} {op} {metricValue(metric, value)} instead of {metricValue(metric, was)}. Nothing is changed
      yet.
    </Alert>
  )
}
