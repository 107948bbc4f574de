import SearchIcon from '@mui/icons-material/Search'
import {
  Link as Anchor,
  FormControlLabel,
  InputAdornment,
  Switch,
  TextField,
  Typography,
} from '@mui/material'
import { useMemo } from 'react'
import { Link, useSearchParams } from 'react-router'
import { useHealth, useProjects } from '@/api/queries'
import type { Project } from '@/api/types'
import { Page } from '@/components/page'
import { Failed, Loading } from '@/components/states'
import { Attention } from './attention'
import { Clock } from './clock'
import { all, groupsOf, type Shown, summary } from './groups'
import { FirstSteps, NoProjects } from './start'
import { FleetTable } from './table'
import { Tour } from './tour'

export function Fleet() {
  const projects = useProjects()
  if (projects.data) return <Known projects={projects.data} answeredAt={projects.dataUpdatedAt} />
  return (
    <Page title="Fleet">
      {projects.isError ? (
        <Failed
          error={projects.error}
          retry={() => void projects.refetch()}
          what="The services could not be listed"
        />
      ) : (
        <Loading label="Loading services" />
      )}
    </Page>
  )
}

function Known({ projects, answeredAt }: { projects: readonly Project[]; answeredAt: number }) {
  const [shown, change] = useShown()
  const health = useHealth()
  const services = useMemo(() => all(projects), [projects])
  const groups = useMemo(() => groupsOf(projects, shown), [projects, shown])
  const unmanaged = services.some((one) => !one.managed)
  const engine = health.data && 'engine' in health.data ? health.data.engine : undefined
  if (services.length === 0) {
    return (
      <Page title="Fleet">
        <Attention services={services} />
        {engine?.state === 'ok' && <NoProjects />}
      </Page>
    )
  }
  return (
    <Page
      title="Fleet"
      subtitle={
        <>
          {summary(services, projects.length)}
          <Advisor />
        </>
      }
      actions={<Controls shown={shown} change={change} unmanaged={unmanaged} />}
    >
      <Attention services={services} />
      {engine?.kind === 'simulated' && <Tour />}
      {!services.some((one) => one.managed) && <FirstSteps services={services} />}
      <Clock services={services} answeredAt={answeredAt}>
        {groups.length > 0 ? (
          <FleetTable groups={groups} />
        ) : (
          <Typography role="status" color="text.secondary">
            No service is called like that.
          </Typography>
        )}
      </Clock>
    </Page>
  )
}

const ADVISOR_WELL = ['off', 'finding', 'loading', 'ok']

/** A model that does not answer is worth a word and no alarm: the rules go on alone. */
function Advisor() {
  const { data } = useHealth()
  if (!data || !('advisor' in data) || ADVISOR_WELL.includes(data.advisor.state)) return null
  return (
    <>
      {' · '}
      <Anchor component={Link} to="/model">
        the model gives no advice
      </Anchor>
      , rules decide alone
    </>
  )
}

/** What is sought is in the address, so that it can be sent to somebody. */
function useShown(): [Shown, (some: Partial<Shown>) => void] {
  const [params, setParams] = useSearchParams()
  const text = params.get('q') ?? ''
  const unmanaged = params.get('unmanaged') !== 'hidden'
  const shown = useMemo(() => ({ text, unmanaged }), [text, unmanaged])
  const change = (some: Partial<Shown>) => {
    const next = { ...shown, ...some }
    setParams(
      { ...(next.text && { q: next.text }), ...(!next.unmanaged && { unmanaged: 'hidden' }) },
      { replace: true },
    )
  }
  return [shown, change]
}

function Controls({
  shown,
  change,
  unmanaged,
}: {
  shown: Shown
  change: (some: Partial<Shown>) => void
  unmanaged: boolean
}) {
  return (
    <>
      {unmanaged && (
        <FormControlLabel
          control={
            <Switch
              size="small"
              checked={shown.unmanaged}
              onChange={(_, checked) => change({ unmanaged: checked })}
            />
          }
          label="Unmanaged too"
          slotProps={{ typography: { variant: 'body2' } }}
        />
      )}
      <TextField
        size="small"
        type="search"
        placeholder="Filter services"
        value={shown.text}
        onChange={(event) => change({ text: event.target.value })}
        slotProps={{
          htmlInput: { 'aria-label': 'Filter services' },
          input: {
            startAdornment: (
              <InputAdornment position="start">
                <SearchIcon fontSize="small" />
              </InputAdornment>
            ),
          },
        }}
      />
    </>
  )
}
