import { Table, TableBody, TableCell, TableContainer, TableHead, TableRow } from '@mui/material'
import { money, plain } from '@/lib/format'
import type { Bar } from './days'

/** The bars for who would rather read, or can't see; the latest day first. */
export function DaysTable({ bars }: { bars: readonly Bar[] }) {
  const priced = bars.some(({ day }) => day.money !== null)
  return (
    <TableContainer tabIndex={0} role="region" aria-label="Replica-hours by day" sx={{ maxHeight: 320 }}>
      <Table size="small" stickyHeader sx={{ '& thead th': { bgcolor: 'background.paper' } }}>
        <TableHead>
          <TableRow>
            <TableCell>Day</TableCell>
            <TableCell align="right">Replica-hours</TableCell>
            {priced && <TableCell align="right">Money</TableCell>}
            <TableCell align="right">Hours recorded</TableCell>
          </TableRow>
        </TableHead>
        <TableBody>
          {bars.toReversed().map(({ day, name, how }) => (
            <TableRow key={day.date}>
              <TableCell component="th" scope="row">
                {name}
              </TableCell>
              <TableCell align="right">{how === 'unknown' ? 'no data' : plain(day.replica_hours)}</TableCell>
              {priced && (
                <TableCell align="right">{how === 'unknown' ? '–' : money(day.money ?? 0)}</TableCell>
              )}
              <TableCell align="right">{plain(day.known_hours)}</TableCell>
            </TableRow>
          ))}
        </TableBody>
      </Table>
    </TableContainer>
  )
}
