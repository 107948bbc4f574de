import { Typography } from '@mui/material'
import type { Decision } from '@/api/types'
import { count } from '@/lib/format'
import { Said, Step } from './why-step'
import { ADVISED, aboutAdvice, advised } from './why-text'

/** Who advised, what it said, and what became of that. */
export function AdvisorStep({ decision }: { decision: Decision }) {
  const { metadata } = decision
  const what = advised(decision)
  if (what === 'absent') return <Step title="Advisor" note={ADVISED.absent} />
  const chose = metadata.chosen == null ? null : `It chose ${count(metadata.chosen, 'replica')}.`
  return (
    <Step title="Advisor" note={ADVISED[what]}>
      <Said>{aboutAdvice(metadata)}</Said>
      {metadata.advice && (
        <Typography
          component="blockquote"
          variant="body2"
          sx={{ m: 0, pl: 1.5, borderLeft: 2, borderColor: 'divider', overflowWrap: 'anywhere' }}
        >
          “{metadata.advice}”
        </Typography>
      )}
      {chose && (
        <Said>
          {chose}
          {what === 'ignored' && ` ${count(decision.target_replicas, 'replica')} it became nevertheless.`}
        </Said>
      )}
      {what === 'failed' && <Said>{metadata.failure ?? 'It gave no answer that could be used.'}</Said>}
    </Step>
  )
}
