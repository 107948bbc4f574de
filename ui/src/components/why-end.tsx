import { Alert, Box, Typography } from '@mui/material'
import type { Decision } from '@/api/types'
import { phaseWords } from '@/lib/decisions'
import { measured, metricLabel } from '@/lib/metrics'
import { exact } from '@/lib/time'
import { Said, Step } from './why-step'
import { approvedBy, askedBy, cameOf, noOutcome, spent } from './why-text'

type Props = { decision: Decision }

export function LimitsStep({ decision }: Props) {
  return (
    <Step title="Limits" replicas={decision.target_replicas}>
      {decision.limits.length === 0 && <Said>None stood in the way.</Said>}
      {decision.limits.length > 0 && (
        <Box component="ul" sx={{ m: 0, p: 0, listStyle: 'none' }}>
          {decision.limits.map((limit) => (
            <Typography key={limit.code} component="li" variant="body2" sx={{ overflowWrap: 'anywhere' }}>
              {limit.text}
              {limit.before !== limit.after && (
                <Typography component="strong" variant="body2" fontWeight={600} noWrap>
                  {' '}
                  {limit.before} → {limit.after}
                </Typography>
              )}
            </Typography>
          ))}
        </Box>
      )}
    </Step>
  )
}

export function DidStep({ decision }: Props) {
  const { action, phase, target_replicas, current_replicas, took_ms, error, outcome } = decision
  const reached = phase === 'done' ? target_replicas : (outcome?.observations.replicas ?? current_replicas)
  const approval = approvedBy(decision)
  const took = action !== 'hold' && took_ms != null ? ` in ${spent(took_ms)}` : ''
  return (
    <Step
      title="Did"
      note={`${phaseWords(decision)}${took}`}
      replicas={phase === 'intended' ? null : reached}
    >
      <Said>Asked for by: {askedBy(decision)}</Said>
      {approval && (
        <Said>
          {approval}
          {decision.approval?.at && `, ${exact(Date.parse(decision.approval.at))}`}
        </Said>
      )}
      {error && (
        <Alert severity="error" sx={{ py: 0, overflowWrap: 'anywhere' }}>
          {error}
        </Alert>
      )}
    </Step>
  )
}

export function OutcomeStep({ decision }: Props) {
  const { outcome } = decision
  if (!outcome) {
    return (
      <Step title="Came of it" last>
        <Said>{noOutcome(decision)}</Said>
      </Step>
    )
  }
  return (
    <Step title="Came of it" note={cameOf(outcome.verdict)} last>
      {Object.entries(outcome.observations).map(([metric, value]) => (
        <Said key={metric}>
          {metricLabel(metric)}: {measured(metric, value)}
        </Said>
      ))}
      <Said>Looked at {exact(Date.parse(outcome.at))}</Said>
    </Step>
  )
}
