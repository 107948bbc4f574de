import {
  Link as Anchor,
  Button,
  Paper,
  Stack,
  Table,
  TableBody,
  TableCell,
  TableContainer,
  TableHead,
  TableRow,
  Typography,
} from '@mui/material'
import { memo, useState } from 'react'
import { Link } from 'react-router'
import type { Decision, Service } from '@/api/types'
import { Ago } from '@/components/ago'
import { change, MARKS, markOf, phaseWords, SOURCES } from '@/lib/decisions'
import type { Story } from './story'
import type { View } from './view'

const AT_ONCE = 20

interface Props {
  story: Story
  view: View
  service: Service
  lit: number | null
  onLight: (id: number | null) => void
  onPick: (id: number | null) => void
}

/** The decisions of the span, one a row; a row and its mark above light each other. */
export function Decisions({ story, view, service, lit, onLight, onPick }: Props) {
  const [shown, setShown] = useState(AT_ONCE)
  const { decisions, cut, loading } = story
  const all = `/history?${new URLSearchParams({ project: service.project, service: service.name })}`
  return (
    <section aria-labelledby="decisions-shown">
      <Stack direction="row" spacing={2} alignItems="baseline" sx={{ mb: 1 }}>
        <Typography variant="h2" id="decisions-shown">
          Decisions
        </Typography>
        <Anchor component={Link} to={all} variant="body2">
          All of its history
        </Anchor>
      </Stack>
      {cut && <Typography variant="body2">Only the newest {decisions.length} are here.</Typography>}
      {decisions.length === 0 ? (
        <Typography color="text.secondary">
          {loading ? 'Looking them up…' : 'Nothing was decided in this time: it was left as it was.'}
        </Typography>
      ) : (
        <TableContainer component={Paper} variant="outlined" onMouseLeave={() => onLight(null)}>
          <Table size="small">
            <TableHead>
              <TableRow>
                <TableCell>When</TableCell>
                <TableCell>Replicas</TableCell>
                <TableCell>Because</TableCell>
                <TableCell>Asked by</TableCell>
                <TableCell>Result</TableCell>
              </TableRow>
            </TableHead>
            <TableBody>
              {decisions.slice(0, shown).map((one) => (
                <Row
                  key={one.id}
                  decision={one}
                  lit={lit === one.id}
                  chosen={view.decision === one.id}
                  onLight={onLight}
                  onPick={onPick}
                />
              ))}
            </TableBody>
          </Table>
        </TableContainer>
      )}
      {decisions.length > shown && (
        <Button size="small" sx={{ mt: 1 }} onClick={() => setShown(shown + 10 * AT_ONCE)}>
          Show more ({decisions.length - shown} left)
        </Button>
      )}
    </section>
  )
}

interface RowProps {
  decision: Decision
  lit: boolean
  chosen: boolean
  onLight: (id: number | null) => void
  onPick: (id: number) => void
}

const Row = memo(function Row({ decision, lit, chosen, onLight, onPick }: RowProps) {
  const { id } = decision
  return (
    <TableRow
      hover
      selected={chosen || lit}
      onMouseEnter={() => onLight(id)}
      onClick={() => onPick(id)}
      sx={{ cursor: 'pointer', '& td': { verticalAlign: 'top' } }}
    >
      <TableCell sx={{ whiteSpace: 'nowrap' }}>
        <Ago at={decision.timestamp} />
      </TableCell>
      <TableCell sx={{ whiteSpace: 'nowrap' }}>
        <Anchor
          component="button"
          variant="body2"
          aria-pressed={chosen}
          onFocus={() => onLight(id)}
          onBlur={() => onLight(null)}
        >
          <span aria-hidden>{MARKS[markOf(decision)].sign}</span> {change(decision)}
        </Anchor>
      </TableCell>
      <TableCell sx={{ overflowWrap: 'anywhere' }}>{decision.reason}</TableCell>
      <TableCell>{SOURCES[decision.source] ?? decision.source}</TableCell>
      <TableCell sx={{ whiteSpace: 'nowrap', color: decision.phase === 'failed' ? 'error.main' : undefined }}>
        {phaseWords(decision)}
      </TableCell>
    </TableRow>
  )
})
