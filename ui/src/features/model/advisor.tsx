import { Box, Stack, Typography } from '@mui/material'
import type { ReactNode } from 'react'
import type { Health } from '@/api/types'
import { Ago } from '@/components/ago'
import { Section } from '@/components/section'
import { ToneChip } from '@/components/tone-chip'
import { advisorWords, agreement, breakerWords, took } from '@/lib/advisor-words'
import { count, plain } from '@/lib/format'
import { Mode } from './mode'
import { TestQuestion } from './test-question'

type View = Health['advisor']

/** How the model does: what it may, how it is, and how often it and the rules were of one mind. */
export function Advisor({ advisor }: { advisor: View }) {
  const models = advisor.models ?? []
  return (
    <Stack spacing={2.5}>
      <Section title="How it does" action={<State advisor={advisor} />}>
        {advisorWords(advisor.state).todo && (
          <Typography variant="body2">{advisorWords(advisor.state).todo}</Typography>
        )}
        {advisor.error && <Typography variant="body2">{advisor.error}</Typography>}
        {advisor.mode !== 'off' && <Score advisor={advisor} />}
        {models.map((model) => (
          <Asked key={model.name} model={model} />
        ))}
        {models.length === 0 && advisor.model && <Other name={advisor.model} />}
        {advisor.remote && (
          <Typography variant="body2">
            It is on another machine: the numbers it is told leave this one.
          </Typography>
        )}
      </Section>
      <Mode now={advisor.mode} />
    </Stack>
  )
}

function State({ advisor }: { advisor: View }) {
  const { label, tone } = advisorWords(advisor.state)
  return (
    <Stack alignItems="flex-end" spacing={0.5}>
      <ToneChip tone={tone} label={label} />
      <Typography variant="caption" color="text.secondary">
        since <Ago at={advisor.since} />
      </Typography>
    </Stack>
  )
}

function Score({ advisor }: { advisor: View }) {
  const median = advisor.median_ms
  return (
    <>
      <Typography variant="body2">{agreement(advisor)}</Typography>
      <Box
        component="dl"
        sx={{ display: 'grid', gridTemplateColumns: 'auto 1fr', columnGap: 2, rowGap: 0.5, m: 0 }}
      >
        <Fact name="Asked since the start">{plain(advisor.asked ?? 0)}</Fact>
        <Fact name="Without an answer">{plain(advisor.failed ?? 0)}</Fact>
        <Fact name="An answer takes">{median == null ? 'not known yet' : `usually ${took(median)}`}</Fact>
        <Fact name="Last 24 hours">
          {count(advisor.calls_day ?? 0, 'question')}, {plain(advisor.tokens_day ?? 0)} tokens
        </Fact>
      </Box>
    </>
  )
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <>
      <Typography component="dt" variant="body2" color="text.secondary">
        {name}
      </Typography>
      <Typography component="dd" variant="body2" sx={{ m: 0 }}>
        {children}
      </Typography>
    </>
  )
}

function Asked({ model }: { model: NonNullable<View['models']>[number] }) {
  const { label, tone, todo } = advisorWords(model.state)
  const rest = breakerWords(model.breaker)
  return (
    <Stack spacing={1} sx={{ borderTop: 1, borderColor: 'divider', pt: 1.5 }}>
      <Stack direction="row" spacing={1} alignItems="center" justifyContent="space-between">
        <Typography variant="body2" fontWeight={600} sx={{ overflowWrap: 'anywhere' }}>
          {model.name}
        </Typography>
        <ToneChip tone={tone} label={label} />
      </Stack>
      {(rest || model.error || todo) && (
        <Typography variant="body2" color="text.secondary">
          {[rest && `It ${rest}.`, model.error, todo].filter(Boolean).join(' ')}
        </Typography>
      )}
      <TestQuestion model={model.name} />
    </Stack>
  )
}

/** One that would be asked, and can be tried before. */
function Other({ name }: { name: string }) {
  return (
    <Stack spacing={1} sx={{ borderTop: 1, borderColor: 'divider', pt: 1.5 }}>
      <Typography variant="body2" fontWeight={600} sx={{ overflowWrap: 'anywhere' }}>
        {name}
      </Typography>
      <TestQuestion model={name} />
    </Stack>
  )
}
