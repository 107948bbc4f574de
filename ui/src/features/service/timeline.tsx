import { Box, Paper, Stack, Typography } from '@mui/material'
import { useCallback, useState } from 'react'
import type { Detail } from '@/api/types'
import { Plot } from '@/components/plot'
import type { Mark, Span } from '@/components/plot-data'
import { Failed, Loading } from '@/components/states'
import { MARKS } from '@/lib/decisions'
import { laneMetrics, marksInWords } from './lanes'
import { MetricLane } from './metric-lane'
import { NumbersTable } from './numbers-table'
import { Proposal, type Proposed } from './proposal'
import { ReplicasLane } from './replicas-lane'
import type { Story } from './story'
import { Tools } from './tools'
import type { View } from './view'

interface Props {
  detail: Detail
  view: View
  change: (next: Partial<View>) => void
  story: Story
  marks: readonly Mark[]
  lit: number | null
  onLight: (id: number | null) => void
  onPick: (id: number) => void
}

const NO_LINES: readonly never[] = []
const nothing = () => ''
const LEGEND = [...Object.values(MARKS), { sign: '▨', label: 'no data' }]
  .map(({ sign, label }) => `${sign} ${label}`)
  .join('   ')

/** Numbers, replicas and decisions over one time. */
export function Timeline({ detail, view, change, story, marks, lit, onLight, onPick }: Props) {
  const [table, setTable] = useState(false)
  const [proposed, setProposed] = useState<Proposed | null>(null)
  const metrics = laneMetrics(detail, view.extra)
  const onZoom = useCallback((zoom: Span | null) => change({ zoom }), [change])
  const { project, name } = detail.service
  const [from, to] = story.span
  const shared = { from, to, sync: `${project}/${name}`, onZoom }
  return (
    <Paper variant="outlined" component="section" aria-label="Timeline" sx={{ p: 2 }}>
      <Stack spacing={1.5}>
        <Tools detail={detail} view={view} change={change} story={story} table={table} setTable={setTable} />
        {story.errors.map(({ what, error, retry }) => (
          <Failed key={what} what={what} error={error} retry={retry} />
        ))}
        {proposed && <Proposal proposed={proposed} service={detail.service} drop={() => setProposed(null)} />}
        {!story.numbers && story.loading ? (
          <Loading rows={3} label="Loading the timeline" />
        ) : (
          <Box>
            {metrics.map((metric) => (
              <MetricLane
                key={metric}
                metric={metric}
                detail={detail}
                numbers={story.numbers}
                proposed={proposed?.metric === metric ? proposed : null}
                propose={setProposed}
                {...shared}
              />
            ))}
            <ReplicasLane detail={detail} numbers={story.numbers} {...shared} />
            <Plot
              title="Decisions"
              label={marksInWords(marks)}
              lines={NO_LINES}
              format={nothing}
              height={44}
              marks={marks}
              lit={lit}
              onLight={onLight}
              onPick={onPick}
              times
              {...shared}
            />
            <Typography
              variant="caption"
              color="text.secondary"
              component="p"
              sx={{ m: 0, pl: 1, whiteSpace: 'pre-wrap' }}
            >
              {LEGEND}
            </Typography>
          </Box>
        )}
        {table && story.numbers && (
          <NumbersTable numbers={story.numbers} metrics={metrics} from={from} to={to} />
        )}
      </Stack>
    </Paper>
  )
}
