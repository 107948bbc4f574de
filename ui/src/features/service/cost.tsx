import { Button, Stack, ToggleButton, ToggleButtonGroup, Typography } from '@mui/material'
import { useMemo, useState } from 'react'
import { useCosts } from '@/api/costs'
import type { ServiceName } from '@/api/queries'
import type { Cost as Costs } from '@/api/types'
import { Section } from '@/components/section'
import { Failed, Loading } from '@/components/states'
import { plain } from '@/lib/format'
import { Advised } from './advised'
import { Bars } from './bars'
import { barsOf, total } from './days'
import { DaysTable } from './days-table'

const RANGES = [7, 30]

/** What the replicas cost by day, and whether they fit. */
export function Cost({ project, service, managed }: ServiceName & { managed: boolean }) {
  const [days, setDays] = useState(7)
  const [table, setTable] = useState(false)
  const costs = useCosts(project, service, days)
  if (!managed && !costs.data) return null // neither kept nor on record
  return (
    <Section
      title="Cost"
      help={costs.data && <Summary costs={costs.data} />}
      action={<Choice days={days} setDays={setDays} table={table} setTable={setTable} />}
    >
      {costs.data && <Days costs={costs.data} table={table} />}
      {costs.isPending && <Loading rows={2} label="Loading what it costs" />}
      {costs.isError && (
        <Failed
          error={costs.error}
          retry={() => void costs.refetch()}
          what="What it costs could not be read"
        />
      )}
      {managed && <Advised project={project} service={service} />}
    </Section>
  )
}

function Summary({ costs: { days, price } }: { costs: Costs }) {
  const partial = days.some((day) => day.known_hours === 0)
  return (
    <>
      {total(days)} in {days.length} days{price !== null && `, at ${price} per replica-hour`}.
      {partial && ' Days without a record are not counted.'}
    </>
  )
}

function Days({ costs, table }: { costs: Costs; table: boolean }) {
  const bars = useMemo(() => barsOf(costs), [costs])
  const today = costs.days.at(-1)
  if (bars.every(({ how }) => how === 'unknown')) {
    return <Typography color="text.secondary">Nothing is recorded of those days.</Typography>
  }
  return (
    <Stack spacing={1}>
      {table ? <DaysTable bars={bars} /> : <Bars bars={bars} />}
      <Typography variant="caption" color="text.secondary">
        Days of the daemon's time zone; today up to now, {plain(today?.known_hours ?? 0)} h of it on record.
        {bars.some(({ how }) => how === 'part') &&
          ' ▨ recorded in part: what was not watched is not counted.'}
      </Typography>
    </Stack>
  )
}

interface ChoiceProps {
  days: number
  setDays: (days: number) => void
  table: boolean
  setTable: (shown: boolean) => void
}

function Choice({ days, setDays, table, setTable }: ChoiceProps) {
  return (
    <Stack direction="row" useFlexGap gap={1} flexWrap="wrap" justifyContent="flex-end">
      <ToggleButtonGroup
        size="small"
        exclusive
        aria-label="How many days"
        value={days}
        onChange={(_, chosen: number | null) => chosen && setDays(chosen)}
      >
        {RANGES.map((range) => (
          <ToggleButton key={range} value={range} sx={{ textTransform: 'none', px: 1.5, py: 0.5 }}>
            {range} days
          </ToggleButton>
        ))}
      </ToggleButtonGroup>
      <Button size="small" aria-pressed={table} onClick={() => setTable(!table)}>
        {table ? 'Days as bars' : 'Days as table'}
      </Button>
    </Stack>
  )
}
