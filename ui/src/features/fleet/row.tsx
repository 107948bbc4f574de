import {
  Link as Anchor,
  Chip,
  Stack,
  TableCell,
  TableRow,
  Tooltip,
  Typography,
  useMediaQuery,
} from '@mui/material'
import { memo } from 'react'
import { Link } from 'react-router'
import { useToday } from '@/api/costs'
import type { Service } from '@/api/types'
import { ManageButton } from '@/components/actions/manage'
import { Ago } from '@/components/ago'
import { useGlance } from '@/components/glance'
import { Replicas } from '@/components/replicas'
import { ServiceMenu } from '@/components/service-menu'
import { Spark } from '@/components/spark'
import { StateChip } from '@/components/state-chip'
import { metricValue, money, plain, replicaHours } from '@/lib/format'
import { MODES, modeLabel } from '@/lib/words'
import { NextCheck } from './clock'
import { Cure } from './cure'
import { drivingValue, keyOf, lastOf, obstacleOf, sameRow } from './groups'

const CLAMPED = {
  display: '-webkit-box',
  WebkitLineClamp: 2,
  WebkitBoxOrient: 'vertical',
  overflow: 'hidden',
  overflowWrap: 'anywhere',
} as const

export const ServiceRow = memo(
  function ServiceRow({ service }: { service: Service }) {
    return (
      <TableRow hover>
        <TableCell component="th" scope="row" sx={{ minWidth: 72, maxWidth: 200 }}>
          <Anchor
            component={Link}
            to={`/s/${encodeURIComponent(service.project)}/${encodeURIComponent(service.name)}`}
            fontWeight={600}
            sx={{ overflowWrap: 'break-word' }}
          >
            {service.name}
          </Anchor>
        </TableCell>
        <TableCell>
          <Replicas
            replicas={service.replicas}
            desired={service.desired}
            ready={service.ready}
            min={service.min}
            max={service.max}
          />
          {service.managed && <Today service={service} />}
        </TableCell>
        <TableCell>{service.managed ? <Driving service={service} /> : '–'}</TableCell>
        <TableCell>
          <State service={service} />
        </TableCell>
        <TableCell>{service.managed ? <Mode mode={service.mode} /> : '–'}</TableCell>
        <TableCell>
          <LastDecision service={service} />
        </TableCell>
        <TableCell sx={{ fontVariantNumeric: 'tabular-nums' }}>
          <NextCheck name={keyOf(service)} />
        </TableCell>
        <TableCell align="right">
          {service.managed && <ServiceMenu service={service} />}
          {!service.managed && service.unscalable === null && <ManageButton service={service} />}
        </TableCell>
      </TableRow>
    )
  },
  (before, after) => sameRow(before.service, after.service),
)

function Driving({ service }: { service: Service }) {
  const glance = useGlance(service.project, service.name)
  const metric = service.driving_metric
  if (!metric) return 'by nothing yet'
  const same = glance?.metric === metric
  const threshold = same ? glance.threshold : null
  return (
    <Stack spacing={0.25}>
      {same && <Spark metric={metric} points={glance.points} threshold={threshold} />}
      <Typography variant="caption" color="text.secondary" noWrap title={metric}>
        {metric}{' '}
        <Typography component="span" variant="caption" color="text.primary" fontWeight={600}>
          {drivingValue(service)}
        </Typography>
        {threshold !== null && ` of ${metricValue(metric, threshold)}`}
      </Typography>
    </Stack>
  )
}

/** Only where a row has room for it; elsewhere it isn't asked for. */
function Today({ service }: { service: Service }) {
  return useMediaQuery('(min-width:1200px)') ? <Spent project={service.project} name={service.name} /> : null
}

function Spent({ project, name }: { project: string; name: string }) {
  const today = useToday(project, name)
  if (!today?.known_hours) return null
  const { replica_hours, money: paid } = today
  const words = `${replicaHours(replica_hours)} today${paid === null ? '' : `, ${money(paid)}`}`
  return (
    <Typography variant="caption" component="div" color="text.secondary" noWrap title={words}>
      {plain(replica_hours)} h today
    </Typography>
  )
}

function State({ service }: { service: Service }) {
  const { managed, state, reason, unscalable } = service
  if (!managed && unscalable === null) return <Chip size="small" variant="outlined" label="Not managed" />
  const words = unscalable === null ? reason : obstacleOf(service)
  return (
    <Stack spacing={0.25} alignItems="flex-start">
      <StateChip state={state} />
      <Typography
        variant="caption"
        color="text.secondary"
        title={words}
        sx={unscalable === null ? CLAMPED : {}}
      >
        {words}
      </Typography>
      {unscalable !== null && <Cure service={service} />}
    </Stack>
  )
}

function Mode({ mode }: { mode: string }) {
  return (
    <Tooltip describeChild title={MODES[mode]?.means ?? ''}>
      <span>{modeLabel(mode)}</span>
    </Tooltip>
  )
}

function LastDecision({ service }: { service: Service }) {
  const last = lastOf(service)
  if (!last) return '–'
  return (
    <Typography variant="caption" component="div" color="text.secondary" title={last.text} sx={CLAMPED}>
      <Anchor component={Link} to={`/decisions/${last.id}`}>
        <Ago at={last.at} />
      </Anchor>{' '}
      {last.text}
    </Typography>
  )
}
