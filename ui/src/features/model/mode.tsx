import { Alert, FormControl, FormControlLabel, Radio, RadioGroup, Stack, Typography } from '@mui/material'
import { useId } from 'react'
import { said } from '@/api/problem'
import { useMay } from '@/components/actions/may'
import { Section } from '@/components/section'
import { useToast } from '@/components/toast'
import { ADVISOR_MODES, type AdvisorMode, isAdvisorMode } from '@/lib/advisor-words'
import { useSetMode } from './queries'

const MODES = Object.keys(ADVISOR_MODES).filter(isAdvisorMode)

/** What the model may do: in force, and in docktor.yaml, as soon as it is chosen. */
export function Mode({ now }: { now: string }) {
  const { edit } = useMay()
  const set = useSetMode()
  const tell = useToast()
  const choose = (mode: AdvisorMode, before: string) =>
    set.mutate(mode, {
      onSuccess: () =>
        tell({
          text: `${ADVISOR_MODES[mode].done}; docktor.yaml says so.`,
          ...(isAdvisorMode(before) && { action: { label: 'Undo', act: () => choose(before, mode) } }),
        }),
    })
  return (
    <Section title="What it may do" help={!edit && 'Only a token with the role admin may change it.'}>
      <FormControl disabled={!edit || set.isPending}>
        <RadioGroup
          aria-label="What it may do"
          value={set.isPending ? set.variables : now}
          onChange={(_, mode) => isAdvisorMode(mode) && choose(mode, now)}
          sx={{ gap: 1.5 }}
        >
          {MODES.map((mode) => (
            <Choice key={mode} mode={mode} />
          ))}
        </RadioGroup>
      </FormControl>
      {set.isError && <Alert severity="error">It stays as it is: {said(set.error)}</Alert>}
    </Section>
  )
}

function Choice({ mode }: { mode: AdvisorMode }) {
  const { label, means } = ADVISOR_MODES[mode]
  const id = useId()
  return (
    <Stack>
      <FormControlLabel
        value={mode}
        control={<Radio size="small" slotProps={{ input: { 'aria-describedby': id } }} sx={{ py: 0.25 }} />}
        label={label}
      />
      <Typography id={id} variant="body2" color="text.secondary" sx={{ pl: 3.75 }}>
        {means}
      </Typography>
    </Stack>
  )
}
