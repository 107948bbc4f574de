import ExpandIcon from '@mui/icons-material/ExpandMore'
import {
  Accordion,
  AccordionDetails,
  AccordionSummary,
  Link as Anchor,
  Stack,
  Typography,
} from '@mui/material'
import { useState } from 'react'
import { Link } from 'react-router'
import { useSimilar } from '@/api/decisions'
import type { Similar } from '@/api/types'
import { change, phaseWords } from '@/lib/decisions'
import { Ago } from './ago'
import { Failed, Loading } from './states'
import { cameOf } from './why-text'

/** What was done before when things looked like this. Asked for only when opened. */
export function SimilarCases({ id }: { id: number }) {
  const [open, setOpen] = useState(false)
  return (
    <Accordion
      variant="outlined"
      disableGutters
      expanded={open}
      onChange={(_, next) => setOpen(next)}
      slotProps={{ heading: { component: 'h3' }, transition: { unmountOnExit: true } }}
    >
      <AccordionSummary expandIcon={<ExpandIcon />}>
        <Typography component="span">Similar past cases</Typography>
      </AccordionSummary>
      <AccordionDetails>
        <Cases id={id} wanted={open} />
      </AccordionDetails>
    </Accordion>
  )
}

function Cases({ id, wanted }: { id: number; wanted: boolean }) {
  const similar = useSimilar(id, wanted)
  if (similar.isError) {
    return (
      <Failed
        error={similar.error}
        retry={() => void similar.refetch()}
        what="Similar cases were not found out"
      />
    )
  }
  if (!similar.data) return <Loading rows={2} />
  if (similar.data.length === 0) return <Typography variant="body2">There is none on record.</Typography>
  return (
    <Stack component="ul" spacing={1} sx={{ m: 0, p: 0, listStyle: 'none' }}>
      {similar.data.map((one) => (
        <Case key={one.decision.id} {...one} />
      ))}
    </Stack>
  )
}

function Case({ similarity, decision }: Similar) {
  const came = decision.outcome ? cameOf(decision.outcome.verdict) : phaseWords(decision)
  return (
    <Typography component="li" variant="body2" sx={{ overflowWrap: 'anywhere' }}>
      <Anchor component={Link} to={`/decisions/${decision.id}`}>
        {change(decision)}
      </Anchor>{' '}
      {decision.reason}
      <Typography component="span" variant="body2" color="text.secondary">
        {' '}
        – {came}, <Ago at={decision.timestamp} />, {Math.round(similarity * 100)} % alike
      </Typography>
    </Typography>
  )
}
