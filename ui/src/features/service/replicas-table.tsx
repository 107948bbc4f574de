import {
  Paper,
  Table,
  TableBody,
  TableCell,
  TableContainer,
  TableHead,
  TableRow,
  Typography,
} from '@mui/material'
import { memo } from 'react'
import type { Detail } from '@/api/types'
import { bytes, metricValue } from '@/lib/format'

type Replica = Detail['replicas'][number]

const share = (value: number | null | undefined) => metricValue('cpu.avg', value)
const rate = (value: number | null | undefined) => (value == null ? '–' : `${bytes(value)}/s`)

const HEALTH: Readonly<Record<string, string>> = {
  healthy: '✓ healthy',
  unhealthy: '✕ unhealthy',
  starting: '… starting',
  none: 'no health check',
}

/** Each replica as it is now. */
export const ReplicasTable = memo(function ReplicasTable({ replicas }: { replicas: readonly Replica[] }) {
  return (
    <section>
      <Typography variant="h2" id="replicas-now" sx={{ mb: 1 }}>
        Replicas
      </Typography>
      {replicas.length === 0 ? (
        <Typography color="text.secondary">It has none at the moment.</Typography>
      ) : (
        <TableContainer
          component={Paper}
          variant="outlined"
          tabIndex={0}
          role="region"
          aria-labelledby="replicas-now"
        >
          <Table size="small">
            <TableHead>
              <TableRow>
                <TableCell>Replica</TableCell>
                <TableCell>State</TableCell>
                <TableCell>Health</TableCell>
                <TableCell>Ready</TableCell>
                <TableCell align="right">CPU</TableCell>
                <TableCell align="right">Memory</TableCell>
                <TableCell align="right">In</TableCell>
                <TableCell align="right">Out</TableCell>
              </TableRow>
            </TableHead>
            <TableBody>
              {replicas.map((one) => (
                <TableRow key={one.name}>
                  <TableCell>{one.name}</TableCell>
                  <TableCell>{one.state}</TableCell>
                  <TableCell sx={{ color: one.health === 'unhealthy' ? 'error.main' : undefined }}>
                    {HEALTH[one.health] ?? one.health}
                  </TableCell>
                  <TableCell>{one.ready ? '✓ yes' : 'no'}</TableCell>
                  <TableCell align="right">{share(one.metrics.cpu)}</TableCell>
                  <TableCell align="right">{share(one.metrics.memory)}</TableCell>
                  <TableCell align="right">{rate(one.metrics.rx)}</TableCell>
                  <TableCell align="right">{rate(one.metrics.tx)}</TableCell>
                </TableRow>
              ))}
            </TableBody>
          </Table>
        </TableContainer>
      )}
    </section>
  )
})
