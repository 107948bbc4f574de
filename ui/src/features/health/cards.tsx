import { Alert, Link as Anchor, Typography } from '@mui/material'
import { Link } from 'react-router'
import type { Health } from '@/api/types'
import { Ago } from '@/components/ago'
import { Copyable } from '@/components/copyable'
import { Section } from '@/components/section'
import { ToneChip } from '@/components/tone-chip'
import { advisorWords } from '@/lib/advisor-words'
import { count } from '@/lib/format'
import { Facts } from './facts'

const KINDS: Readonly<Record<string, string>> = {
  docker: 'Docker Engine',
  simulated: 'Simulated: nothing here is real',
}

export function EngineCard({ engine }: { engine: Health['engine'] }) {
  const ok = engine.state === 'ok'
  const facts: [string, string][] = [
    ['Kind', KINDS[engine.kind] ?? engine.kind],
    ['Version', engine.version ?? 'not known'],
  ]
  if (engine.api_version) facts.push(['API', engine.api_version])
  facts.push(['Reached at', engine.endpoint])
  return (
    <Section
      title="Engine"
      action={<ToneChip tone={ok ? 'good' : 'bad'} label={ok ? 'Answers' : 'Does not answer'} />}
    >
      <Facts of={facts} />
      {engine.error && <Alert severity={ok ? 'warning' : 'error'}>{engine.error}</Alert>}
      {!ok && (
        <Typography variant="body2">
          Nothing is scaled until it is back
          {engine.since && (
            <>
              ; it is away since <Ago at={engine.since} />
            </>
          )}
          . Look whether Docker runs.
        </Typography>
      )}
    </Section>
  )
}

export function ConfigCard({ config }: { config: Health['config'] }) {
  const ok = config.state === 'ok'
  const problems = config.problems ?? []
  const warnings = config.warnings ?? []
  return (
    <Section
      title="Configuration"
      help={config.source ?? 'There is no docktor.yaml: defaults and labels count.'}
      action={<ToneChip tone={ok ? 'good' : 'bad'} label={ok ? 'In force' : 'Edit refused'} />}
    >
      {!ok && (
        <Alert severity="error">
          The last edit is faulty. What was in force before it still is. Repair the file; Docktor reads it
          again by itself.
          <ul>
            {problems.map((problem) => (
              <li key={problem}>{problem}</li>
            ))}
          </ul>
        </Alert>
      )}
      {warnings.map((warning) => (
        <Alert key={warning} severity="info">
          {warning}
        </Alert>
      ))}
    </Section>
  )
}

export function StoreCard({ store }: { store: Health['store'] }) {
  const ok = store.state === 'ok'
  return (
    <Section
      title="Memory"
      help="The journal of decisions, and the index that history and charts come from."
      action={<ToneChip tone={ok ? 'good' : 'bad'} label={ok ? 'Works' : 'Something is wrong'} />}
    >
      {store.error && <Alert severity="error">{store.error}</Alert>}
      {!ok && (
        <Typography variant="body2">
          Look at the space left on the disk, and at who may write there.
        </Typography>
      )}
    </Section>
  )
}

export function DaemonCard({ health }: { health: Health }) {
  return (
    <Section title="Docktor" action={<ToneChip tone="good" label="Runs" />}>
      <Facts
        of={[
          ['Version', health.version],
          ['Started', <Ago key="at" at={health.started_at} />],
          ['Process', health.pid],
          ['Home', health.home],
          ['Manages', count(health.services, 'service')],
        ]}
      />
    </Section>
  )
}

export function AdvisorCard({ advisor }: { advisor: Health['advisor'] }) {
  const off = advisor.mode === 'off'
  const { label, tone, todo } = advisorWords(off ? 'off' : advisor.state)
  return (
    <Section title="Model" action={<ToneChip tone={tone} label={label} />}>
      <Typography variant="body2">
        {off
          ? 'Docktor works without a model.'
          : `${advisor.model ?? 'No model was found yet'}. While it fails, the rules decide alone.`}
      </Typography>
      {todo && <Typography variant="body2">{todo}</Typography>}
      {advisor.error && <Alert severity="warning">{advisor.error}</Alert>}
      <Anchor component={Link} to="/model" variant="body2">
        {off ? 'Choose one' : 'More about it'}
      </Anchor>
    </Section>
  )
}

const nameOf = (notifier: Health['notifiers'][number]): string =>
  typeof notifier.name === 'string'
    ? notifier.name
    : typeof notifier.kind === 'string'
      ? notifier.kind
      : 'one'

export function NotifiersCard({ notifiers }: { notifiers: Health['notifiers'] }) {
  if (notifiers.length === 0) {
    return (
      <Section title="Notifications" action={<ToneChip tone="quiet" label="None yet" />}>
        <Typography variant="body2">Nobody is told of what Docktor does. History has all of it.</Typography>
      </Section>
    )
  }
  return (
    <Section title="Notifications">
      {notifiers.map((notifier) => (
        <div key={nameOf(notifier)}>
          <Typography variant="h3">{nameOf(notifier)}</Typography>
          <Copyable text={JSON.stringify(notifier, null, 2)} />
        </div>
      ))}
    </Section>
  )
}
