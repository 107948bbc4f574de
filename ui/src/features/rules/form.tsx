import { FormControlLabel, Stack, Switch } from '@mui/material'
import type { ReactNode } from 'react'
import { Section } from '@/components/section'
import { Conditions } from './conditions'
import { get, isMap, type Path, type Value } from './entry'
import { type Choice, ChoiceField, Fields, MetricField, NumberField } from './fields'
import { useForm } from './form-context'
import { ModeFields } from './mode'
import { Sources } from './sources'

export function Form() {
  return (
    <Stack spacing={2.5}>
      <Section title="What Docktor may do">
        <ModeFields />
      </Section>
      <Section title="When" help="Rules, a target, or both: with both, the larger number of replicas wins.">
        <Stack spacing={3}>
          <Conditions />
          <Target />
        </Stack>
      </Section>
      <Section title="How many">
        <Fields>
          <NumberField path={['min_replicas']} label="Fewest replicas" />
          <NumberField path={['max_replicas']} label="Most replicas" />
          <NumberField path={['scale_up_by']} label="Step up" help="Added when a rule says so" />
          <NumberField path={['scale_down_by']} label="Step down" help="Removed when the rules say so" />
          <NumberField path={['max_step', 'up']} label="Most added at once" help="Also by the target" />
          <NumberField path={['max_step', 'down']} label="Most removed at once" />
        </Fields>
      </Section>
      <Section title="How fast" help="Seconds, or text such as 30s, 5m, 1h30m.">
        <Fields>
          <NumberField path={['cooldown', 'up']} label="Pause before adding" help="After a change" />
          <NumberField path={['cooldown', 'down']} label="Pause before removing" help="After a change" />
          <NumberField
            path={['stabilization', 'up']}
            label="Look back, up"
            help="Up only as far as the lowest wish"
          />
          <NumberField
            path={['stabilization', 'down']}
            label="Look back, down"
            help="Down only as far as the highest wish"
          />
          <NumberField path={['check_interval']} label="Check every" />
          <NumberField path={['metrics_window']} label="Average over" />
          <NumberField
            path={['approval_expires']}
            label="A proposal waits"
            help="For a person, where Docktor asks"
          />
        </Fields>
      </Section>
      <Sources />
      <Section
        title="Without numbers, and at zero"
        help="For services that go by a queue or another source. Zero replicas need a queue to say when work comes back."
      >
        <Fields>
          <NumberField path={['fallback_replicas']} label="While a source is away" help="At least so many" />
          <NumberField path={['activation']} label="Wake from zero above" help="Messages in the queue" />
          <NumberField path={['cooldown', 'zero']} label="To zero after" help="Seconds without work" />
        </Fields>
      </Section>
      <Forecast />
    </Stack>
  )
}

/** A block that is written or not. */
export function Block({
  path,
  label,
  begin,
  children,
}: {
  path: Path
  label: string
  begin: Value
  children: ReactNode
}) {
  const { entry, change, readOnly } = useForm()
  const there = isMap(get(entry, path))
  return (
    <Stack spacing={1.5} alignItems="flex-start">
      <FormControlLabel
        label={label}
        control={
          <Switch
            checked={there}
            disabled={readOnly}
            onChange={(event) => change(path, event.target.checked ? begin : undefined)}
          />
        }
      />
      {there && <Stack sx={{ width: 1 }}>{children}</Stack>}
    </Stack>
  )
}

function Target() {
  const { fault } = useForm()
  return (
    <Block path={['target']} label="Keep a metric near a value" begin={{ metric: 'cpu.avg', value: 60 }}>
      <Fields>
        <MetricField path={['target', 'metric']} />
        <NumberField path={['target', 'value']} label="Value" placeholder="a number" help={fault('target')} />
        <NumberField path={['target', 'tolerance']} label="Tolerance" help="0.1: up to 10 % above is fine" />
      </Fields>
    </Block>
  )
}

const PREFERENCES: readonly Choice[] = [
  { value: 'cheap', label: 'cheap: fewer replicas' },
  { value: 'balanced', label: 'balanced' },
  { value: 'fast', label: 'fast: room for what may come' },
]

function Forecast() {
  const { entry, change, readOnly } = useForm()
  const enabled = get(entry, ['forecast', 'enabled']) !== false
  return (
    <Section
      title="Forecast and cost"
      help="For services with a target. A forecast adds replicas before they are needed, once it has proved its worth."
    >
      <Fields>
        <ChoiceField path={['prefer']} label="Prefer" choices={PREFERENCES} usual="balanced (default)" />
        <NumberField path={['price']} label="Price" help="Of one replica for an hour" />
      </Fields>
      <Block path={['forecast']} label="Settings for a forecast" begin={{ enabled: true }}>
        <Fields>
          <FormControlLabel
            label="Enabled"
            control={
              <Switch
                checked={enabled}
                disabled={readOnly}
                onChange={(event) => change(['forecast', 'enabled'], event.target.checked)}
              />
            }
          />
          <NumberField path={['forecast', 'horizon']} label="How far ahead" help="auto, or a duration" />
        </Fields>
      </Block>
    </Section>
  )
}
