import { Alert, Link as Anchor, Button, Stack, Tooltip, Typography } from '@mui/material'
import { useMemo, useRef, useState } from 'react'
import { Link } from 'react-router'
import { useApprovals, useHealth } from '@/api/queries'
import type { Approval, Service } from '@/api/types'
import { LOOKS_ONLY, useMay } from '@/components/actions/may'
import { Until } from '@/components/ago'
import { useAnswer } from '@/components/answer'
import { count } from '@/lib/format'
import { blind, keyOf } from './groups'

const FIRST = 3

/** What waits for a person. Nothing is red here that goes away by itself. */
export function Attention({ services }: { services: readonly Service[] }) {
  const since = useRef(new Map<string, number>())
  const unseen = useMemo(() => blind(services, since.current, Date.now()), [services])
  return (
    <Stack spacing={1} sx={{ '&:empty': { display: 'none' } }}>
      <EngineAway />
      <Blind services={unseen} />
      <Waiting />
    </Stack>
  )
}

function EngineAway() {
  const { data } = useHealth()
  if (!data || !('engine' in data)) return null
  const { engine, config } = data
  return (
    <>
      {engine.state !== 'ok' && (
        <Alert severity="error" action={<ToHealth />}>
          Docker can't be reached, so nothing is scaled: {engine.error ?? 'no reason is known'}
        </Alert>
      )}
      {config.state !== 'ok' && (
        <Alert severity="error" action={<ToHealth />}>
          docktor.yaml has a fault; the last good one stays in force: {config.problems.join('; ')}
        </Alert>
      )}
    </>
  )
}

const ToHealth = () => (
  <Button color="inherit" size="small" component={Link} to="/health">
    Health
  </Button>
)

function Blind({ services }: { services: readonly Service[] }) {
  if (services.length === 0) return null
  return (
    <Alert severity="error" action={<ToHealth />}>
      {count(services.length, 'service is', 'services are')} blind, and left as{' '}
      {services.length > 1 ? 'they are' : 'it is'}:
      {services.slice(0, FIRST).map((one) => (
        <Typography key={keyOf(one)} variant="body2">
          <Anchor
            component={Link}
            color="inherit"
            to={`/s/${encodeURIComponent(one.project)}/${encodeURIComponent(one.name)}`}
          >
            {one.name}
          </Anchor>
          : {one.reason}
        </Typography>
      ))}
      {services.length > FIRST && `and ${services.length - FIRST} more`}
    </Alert>
  )
}

function Waiting() {
  const waiting = useApprovals().data ?? []
  if (waiting.length === 0) return null
  return (
    <Alert
      severity="warning"
      slotProps={{ message: { sx: { flex: 1 } } }}
      action={
        <Button color="inherit" size="small" component={Link} to="/approvals">
          {waiting.length > FIRST ? `All ${waiting.length}` : 'Approvals'}
        </Button>
      }
    >
      <Stack spacing={0.5}>
        <span>{count(waiting.length, 'proposal waits', 'proposals wait')} for you</span>
        {waiting.slice(0, FIRST).map((one) => (
          <Proposal key={one.decision.id} approval={one} />
        ))}
      </Stack>
    </Alert>
  )
}

function Proposal({ approval }: { approval: Approval }) {
  const { approve, reject } = useAnswer()
  const may = useMay()
  const [busy, setBusy] = useState(false)
  const { decision, expires } = approval
  const { service, current_replicas: before, target_replicas: after } = decision
  const then = (answer: () => Promise<unknown>) => async () => {
    setBusy(true)
    await answer()
    setBusy(false)
  }
  const common = { size: 'small', color: 'inherit', disabled: busy || !may.act } as const
  return (
    <Stack direction="row" spacing={1} useFlexGap alignItems="center" flexWrap="wrap">
      <Typography variant="body2" sx={{ flex: 1, minWidth: 260 }}>
        <strong>
          {service} {before} → {after}
        </strong>
        : {decision.reason}; open for <Until at={Date.parse(expires)} />
      </Typography>
      <Tooltip describeChild title={may.act ? '' : LOOKS_ONLY}>
        <Stack direction="row" spacing={1}>
          <Button
            {...common}
            variant="outlined"
            aria-label={`Approve ${after} replicas of ${service}`}
            onClick={then(() => approve(approval))}
          >
            Approve {after}
          </Button>
          <Button
            {...common}
            aria-label={`Reject it for ${service}`}
            onClick={then(() => reject(approval, ''))}
          >
            Reject
          </Button>
        </Stack>
      </Tooltip>
    </Stack>
  )
}
