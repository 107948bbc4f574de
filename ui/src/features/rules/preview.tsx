import DownIcon from '@mui/icons-material/ArrowDownward'
import UpIcon from '@mui/icons-material/ArrowUpward'
import {
  Alert,
  LinearProgress,
  Stack,
  Table,
  TableBody,
  TableCell,
  TableHead,
  TableRow,
  TextField,
  Typography,
} from '@mui/material'
import { useState } from 'react'
import { said } from '@/api/problem'
import type { ServiceName } from '@/api/queries'
import type { Replay } from '@/api/types'
import { Section } from '@/components/section'
import { count } from '@/lib/format'
import { duration } from '@/lib/time'
import { compare, type Row } from './compare'
import type { Entry } from './entry'
import { PreviewChart } from './preview-chart'
import { useReplay } from './queries'

const HOURS = [
  { hours: 1, label: 'last hour' },
  { hours: 6, label: 'last 6 hours' },
  { hours: 24, label: 'last 24 hours' },
  { hours: 168, label: 'last 7 days' },
]

/** The hours that were, with the rules of now and with those being edited. */
export function Preview({
  name,
  entry,
  dirty,
  readable,
}: {
  name: ServiceName
  entry: Entry
  dirty: boolean
  readable: boolean
}) {
  const [hours, setHours] = useState(24)
  const replay = useReplay(name, entry, hours, readable)
  return (
    <Section
      title="Had these rules held"
      help="What was measured, gone through once more."
      action={
        <TextField
          select
          size="small"
          label="Of the"
          sx={{ minWidth: 150, flexShrink: 0 }}
          value={hours}
          onChange={(event) => setHours(Number(event.target.value))}
          slotProps={{ select: { native: true } }}
        >
          {HOURS.map((one) => (
            <option key={one.hours} value={one.hours}>
              {one.label}
            </option>
          ))}
        </TextField>
      }
    >
      {(replay.isFetching || replay.behind) && <LinearProgress aria-label="Going through it again" />}
      {replay.isError && <Alert severity="warning">It can't be previewed: {said(replay.error)}</Alert>}
      {!readable && <Alert severity="info">The YAML has to be readable first.</Alert>}
      {readable && replay.data && <Outcome replay={replay.data} dirty={dirty} hours={hours} />}
    </Section>
  )
}

function Outcome({ replay, dirty, hours }: { replay: Replay; dirty: boolean; hours: number }) {
  const { now, proposed, assumptions, hours_found: found } = replay
  if (now.points.length === 0) {
    return <Typography color="text.secondary">Nothing was measured in these hours yet.</Typography>
  }
  return (
    <Stack spacing={2}>
      <PreviewChart now={now} proposed={dirty ? proposed : null} />
      {found < hours * 0.9 && (
        <Typography variant="body2" color="text.secondary">
          Only {duration(found * 3600)} of these were recorded.
        </Typography>
      )}
      {dirty && !proposed && (
        <Typography variant="body2" color="text.secondary">
          Once the faults are repaired, your change is shown beside it.
        </Typography>
      )}
      <Numbers rows={compare(now, proposed ?? now)} beside={dirty && proposed !== null} />
      {now.blind_minutes >= 1 && (
        <Typography variant="body2" color="text.secondary">
          For {count(Math.round(now.blind_minutes), 'minute')} of it nothing was known to go by.
        </Typography>
      )}
      {assumptions.length > 0 && (
        <Typography variant="caption" color="text.secondary" component="div">
          {assumptions.map((text) => (
            <div key={text}>{text}</div>
          ))}
        </Typography>
      )}
    </Stack>
  )
}

function Arrow({ row }: { row: Row }) {
  const Icon = row.arrow === 'up' ? UpIcon : DownIcon
  return <Icon fontSize="inherit" color={row.verdict === 'better' ? 'success' : 'warning'} />
}

function Numbers({ rows, beside }: { rows: readonly Row[]; beside: boolean }) {
  return (
    <Table size="small" sx={{ '& td, & th': { px: 1 } }}>
      <TableHead>
        <TableRow>
          <TableCell>Outcome</TableCell>
          <TableCell align="right">Now</TableCell>
          {beside && <TableCell align="right">With your change</TableCell>}
          {beside && <TableCell>That is</TableCell>}
        </TableRow>
      </TableHead>
      <TableBody>
        {rows.map((row) => (
          <TableRow key={row.label}>
            <TableCell component="th" scope="row">
              {row.label}
            </TableCell>
            <TableCell align="right" sx={{ whiteSpace: 'nowrap' }}>
              {row.now}
            </TableCell>
            {beside && (
              <TableCell align="right" sx={{ whiteSpace: 'nowrap' }}>
                {row.proposed}
              </TableCell>
            )}
            {beside && (
              <TableCell>
                <Stack direction="row" spacing={0.5} alignItems="center">
                  {row.arrow && <Arrow row={row} />}
                  <Typography variant="body2" color={row.arrow ? 'text.primary' : 'text.secondary'}>
                    {row.words}
                  </Typography>
                </Stack>
              </TableCell>
            )}
          </TableRow>
        ))}
      </TableBody>
    </Table>
  )
}
