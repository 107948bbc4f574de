import { Box } from '@mui/material'
import { memo, useMemo } from 'react'
import type { Numbers } from '@/api/series'
import { measured, metricLabel } from '@/lib/metrics'
import { exact } from '@/lib/time'
import { FORECAST, tableOf } from './lanes'

interface Props {
  numbers: Numbers
  metrics: readonly string[]
  from: number
  to: number
}

/** The numbers of the lanes for who would rather read, or can't see. */
export const NumbersTable = memo(function NumbersTable({ numbers, metrics, from, to }: Props) {
  const names = useMemo(
    () => [...metrics, 'replicas', 'desired', ...(numbers.has(FORECAST) ? [FORECAST] : [])],
    [metrics, numbers],
  )
  const rows = useMemo(() => tableOf(numbers, names, from, to), [numbers, names, from, to])
  return (
    <Box
      tabIndex={0}
      role="region"
      aria-label="Numbers of the timeline"
      sx={{ maxHeight: 320, overflow: 'auto', border: 1, borderColor: 'divider', borderRadius: 1 }}
    >
      <Box
        component="table"
        sx={{
          width: 1,
          borderCollapse: 'collapse',
          fontSize: '0.8125rem',
          '& th, & td': { p: 0.75, textAlign: 'right', whiteSpace: 'nowrap' },
          '& th:first-of-type': { textAlign: 'left', fontWeight: 400 },
          '& thead th': { position: 'sticky', top: 0, bgcolor: 'background.paper', fontWeight: 600 },
          '& tbody tr': { contentVisibility: 'auto', containIntrinsicSize: 'auto 30px' },
        }}
      >
        <thead>
          <tr>
            <th scope="col">Time</th>
            {names.map((name) => (
              <th scope="col" key={name}>
                {metricLabel(name)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ time, values }) => (
            <tr key={time}>
              <th scope="row">{exact(time * 1000)}</th>
              {values.map((value, at) => (
                <td key={names[at]}>{value === null ? 'no data' : measured(names[at] ?? '', value)}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </Box>
    </Box>
  )
})
