import CopyIcon from '@mui/icons-material/ContentCopy'
import { Box, Button, Stack, Typography } from '@mui/material'
import { useMutation } from '@tanstack/react-query'
import { memo } from 'react'
import { explained } from '@/api/decisions'
import { said } from '@/api/problem'
import type { Decision } from '@/api/types'
import { change, MARKS, markOf } from '@/lib/decisions'
import { exact } from '@/lib/time'
import { Ago } from './ago'
import { copy } from './copyable'
import { SimilarCases } from './similar'
import { useToast } from './toast'
import { AdvisorStep } from './why-advisor'
import { DidStep, LimitsStep, OutcomeStep } from './why-end'
import { ForecastStep, RulesStep, SawStep } from './why-start'

/** A decision in the order of the tick: saw, rules, forecast, advisor, limits, did, came of it. */
export const Why = memo(function Why({ decision }: { decision: Decision }) {
  const { sign } = MARKS[markOf(decision)]
  return (
    <Stack spacing={2} component="section" aria-label={`Why: decision ${decision.id}`}>
      <Stack spacing={0.5}>
        <Typography variant="h2">
          <span aria-hidden>{sign} </span>
          {change(decision)}
        </Typography>
        <Typography sx={{ overflowWrap: 'anywhere' }}>{decision.reason}</Typography>
        <Typography variant="body2" color="text.secondary">
          #{decision.id} · {exact(Date.parse(decision.timestamp))} · <Ago at={decision.timestamp} />
        </Typography>
      </Stack>
      <Box component="ol" sx={{ m: 0, p: 0, listStyle: 'none' }}>
        <SawStep decision={decision} />
        <RulesStep decision={decision} />
        <ForecastStep decision={decision} />
        <AdvisorStep decision={decision} />
        <LimitsStep decision={decision} />
        <DidStep decision={decision} />
        <OutcomeStep decision={decision} />
      </Box>
      <CopyAsText id={decision.id} />
      <SimilarCases key={decision.id} id={decision.id} />
    </Stack>
  )
})

function CopyAsText({ id }: { id: number }) {
  const tell = useToast()
  const act = useMutation({
    mutationFn: async () => copy((await explained(id)).text),
    onSuccess: () => tell({ text: 'Copied.' }),
    onError: (error) => tell({ text: `Not copied: ${said(error)}`, severity: 'error' }),
  })
  return (
    <Box>
      <Button
        size="small"
        variant="outlined"
        startIcon={<CopyIcon />}
        disabled={act.isPending}
        onClick={() => act.mutate()}
      >
        Copy as text
      </Button>
    </Box>
  )
}
