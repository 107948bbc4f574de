import { Alert, Link as Anchor, Button, Paper, Stack, Typography } from '@mui/material'
import { Link } from 'react-router'
import type { Approval } from '@/api/types'
import { LOOKS_ONLY } from '@/components/actions/may'
import { Ago, Until } from '@/components/ago'
import { useGlance } from '@/components/glance'
import { Spark } from '@/components/spark'
import { metricValue } from '@/lib/format'
import { ChangeForm, RejectForm } from './forms'
import { cardId, type Desk } from './use-desk'

interface Bounds {
  min: number | null
  max: number | null
}

interface Props {
  approval: Approval
  desk: Desk
  bounds: Bounds
  /** Whether its main button is the view's main one. */
  first: boolean
}

const MINUTES = 30

export function Card({ approval, desk, bounds, first }: Props) {
  const { decision } = approval
  const { id, service, project, current_replicas: before, target_replicas: after } = decision
  const refusal = desk.refusal(id)
  const title = `${cardId(id)}-title`
  return (
    <Paper
      id={cardId(id)}
      component="article"
      variant="outlined"
      tabIndex={first ? 0 : -1}
      aria-labelledby={title}
      onFocus={() => desk.choose(id)}
      sx={{ p: 2, '&:focus-visible': { outline: 2, outlineStyle: 'solid', outlineColor: 'primary.main' } }}
    >
      <Stack spacing={1.5}>
        <Stack direction="row" justifyContent="space-between" flexWrap="wrap" useFlexGap gap={1}>
          <Typography variant="h2" id={title}>
            <Anchor
              component={Link}
              color="inherit"
              to={`/s/${encodeURIComponent(project)}/${encodeURIComponent(service)}`}
            >
              {service}
            </Anchor>
            : {before} → {after}{' '}
            <Typography component="span" color="text.secondary">
              {project}
            </Typography>
          </Typography>
          <Typography color="text.secondary" variant="body2">
            open for <Until at={Date.parse(approval.expires)} />; then nothing happens
          </Typography>
        </Stack>
        <Stack direction="row" spacing={3} useFlexGap flexWrap="wrap" alignItems="flex-end">
          <Stack sx={{ flex: 1, minWidth: 260 }} spacing={0.5}>
            <Typography>{decision.reason}</Typography>
            {decision.limits.map((limit) => (
              <Typography key={limit.code} variant="body2" color="text.secondary">
                Kept in bounds: {limit.text}
              </Typography>
            ))}
            <Typography variant="body2" color="text.secondary">
              Asked <Ago at={decision.timestamp} />.{' '}
              <Anchor
                component={Link}
                to={`/decisions/${id}`}
                aria-label={`Why ${service} from ${before} to ${after}`}
              >
                Why?
              </Anchor>
            </Typography>
          </Stack>
          <LastHalfHour approval={approval} />
        </Stack>
        {refusal && (
          <Alert severity="warning" role="note">
            {refusal}
          </Alert>
        )}
        <Answer approval={approval} desk={desk} bounds={bounds} first={first} />
      </Stack>
    </Paper>
  )
}

function LastHalfHour({ approval: { decision } }: { approval: Approval }) {
  const glance = useGlance(decision.project, decision.service, MINUTES)
  if (!glance?.metric) return null
  const { metric, points, threshold } = glance
  return (
    <Stack spacing={0.25}>
      <Spark metric={metric} points={points} threshold={threshold} over={`the last ${MINUTES} minutes`} />
      <Typography variant="caption" color="text.secondary">
        {metric}{' '}
        <Typography component="span" variant="caption" color="text.primary" fontWeight={600}>
          {metricValue(metric, points.at(-1)?.[1])}
        </Typography>
        , last {MINUTES} min
      </Typography>
    </Stack>
  )
}

function Answer({ approval, desk, bounds, first }: Props) {
  const { id, service, target_replicas: after } = approval.decision
  const form = desk.formOf(id)
  const close = () => desk.close(id)
  if (form === 'change') {
    return (
      <ChangeForm
        proposed={after}
        bounds={bounds}
        onDone={(replicas) => desk.approve(approval, replicas)}
        onClose={close}
      />
    )
  }
  if (form === 'reject') {
    return <RejectForm onDone={(reason) => desk.reject(approval, reason)} onClose={close} />
  }
  const common = { size: 'small', disabled: !desk.may || desk.isBusy(id) } as const
  return (
    <Stack direction="row" spacing={1} useFlexGap flexWrap="wrap" alignItems="center">
      <Button
        {...common}
        variant={first ? 'contained' : 'outlined'}
        aria-keyshortcuts="a"
        aria-label={`Approve ${after} replicas of ${service}`}
        onClick={() => desk.approve(approval)}
      >
        Approve {after}
      </Button>
      <Button
        {...common}
        variant="outlined"
        aria-keyshortcuts="e"
        aria-label={`Change number for ${service}`}
        onClick={() => desk.open(id, 'change')}
      >
        Change number
      </Button>
      <Button
        {...common}
        variant="outlined"
        aria-keyshortcuts="r"
        aria-label={`Reject it for ${service}`}
        onClick={() => desk.open(id, 'reject')}
      >
        Reject
      </Button>
      {!desk.may && (
        <Typography variant="body2" color="text.secondary">
          {LOOKS_ONLY}
        </Typography>
      )}
      {desk.isBusy(id) && (
        <Typography variant="body2" color="text.secondary" role="status">
          At work…
        </Typography>
      )}
    </Stack>
  )
}
