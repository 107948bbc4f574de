import { Stack, Typography } from '@mui/material'
import { useMemo } from 'react'
import { useApprovals, useProjects } from '@/api/queries'
import type { Approval } from '@/api/types'
import { Page } from '@/components/page'
import { Empty, Failed, Loading } from '@/components/states'
import { count } from '@/lib/format'
import { Card } from './card'
import { idsOf } from './desk'
import { AnsweredHistory } from './history'
import { useDesk } from './use-desk'

const HINTS: readonly [key: string, does: string][] = [
  ['j', 'next'],
  ['k', 'previous'],
  ['a', 'approve'],
  ['e', 'change number'],
  ['r', 'reject'],
]

export function Approvals() {
  const approvals = useApprovals()
  const ids = useMemo(() => idsOf(approvals.data ?? []), [approvals.data])
  const waits = ids.length
  return (
    <Page
      title="Approvals"
      subtitle={
        waits > 0 && (
          <span role="status">
            {count(waits, 'proposal waits', 'proposals wait')} for an answer. Unanswered, nothing happens.
          </span>
        )
      }
      actions={waits > 0 && <Hints />}
    >
      {approvals.isPending && <Loading rows={2} label="Loading proposals" />}
      {approvals.isError && !approvals.data && (
        <Failed
          error={approvals.error}
          retry={() => void approvals.refetch()}
          what="What waits could not be read"
        />
      )}
      {approvals.data && <Waiting waiting={approvals.data} />}
      {approvals.data && <AnsweredHistory waiting={ids} />}
    </Page>
  )
}

function Waiting({ waiting }: { waiting: readonly Approval[] }) {
  const desk = useDesk(waiting)
  const projects = useProjects()
  const boundsOf = ({ decision }: Approval) => {
    const found = projects.data
      ?.find((project) => project.name === decision.project)
      ?.services.find((service) => service.name === decision.service)
    return { min: found?.min ?? null, max: found?.max ?? null }
  }
  if (waiting.length === 0) {
    return (
      <Empty title="Nothing waits for you">
        A service whose mode is Ask puts here what Docktor would do. The mode is in the menu of its row in the
        fleet.
      </Empty>
    )
  }
  const main = waiting.some((one) => one.decision.id === desk.chosen) ? desk.chosen : waiting[0]?.decision.id
  return (
    <Stack spacing={1.5}>
      {waiting.map((one) => (
        <Card
          key={one.decision.id}
          approval={one}
          desk={desk}
          bounds={boundsOf(one)}
          first={one.decision.id === main}
        />
      ))}
    </Stack>
  )
}

function Hints() {
  return (
    <Typography variant="caption" color="text.secondary">
      {HINTS.map(([key, does]) => (
        <span key={key}>
          <Typography
            component="kbd"
            variant="caption"
            sx={{ border: 1, borderColor: 'divider', borderRadius: 0.5, px: 0.75, ml: 1.5, mr: 0.5 }}
          >
            {key}
          </Typography>
          {does}
        </span>
      ))}
    </Typography>
  )
}
