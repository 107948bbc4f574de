import BackIcon from '@mui/icons-material/NavigateBefore'
import NextIcon from '@mui/icons-material/NavigateNext'
import { Button, Paper } from '@mui/material'
import { Link, useParams } from 'react-router'
import { ApiError } from '@/api/problem'
import { useDecision } from '@/api/queries'
import type { Decision } from '@/api/types'
import { Page } from '@/components/page'
import { Empty, Failed, Loading } from '@/components/states'
import { Why } from '@/components/why'
import { useNeighbours } from './neighbours'

const AROUND_MS = 15 * 60_000

/** One decision, with its neighbours. */
export function DecisionScreen() {
  const { id = '' } = useParams()
  return /^[1-9]\d{0,14}$/.test(id) ? <Found id={Number(id)} /> : <NoSuch id={id} />
}

function Found({ id }: { id: number }) {
  const decision = useDecision(id)
  if (decision.data) return <Shown decision={decision.data} />
  if (decision.error instanceof ApiError && decision.error.status === 404) return <NoSuch id={String(id)} />
  return (
    <Page title={`Decision ${id}`}>
      {decision.isError ? (
        <Failed error={decision.error} retry={() => void decision.refetch()} what="It could not be loaded" />
      ) : (
        <Loading />
      )}
    </Page>
  )
}

function Shown({ decision }: { decision: Decision }) {
  const { id, project, service } = decision
  return (
    <Page
      title={`Decision ${id}`}
      subtitle={`${service} · ${project}`}
      actions={
        <>
          <Neighbours decision={decision} />
          <Button size="small" variant="outlined" component={Link} to={momentOf(decision)}>
            On the timeline
          </Button>
        </>
      }
    >
      <Paper variant="outlined" sx={{ p: 3, maxWidth: 820 }}>
        <Why decision={decision} />
      </Paper>
    </Page>
  )
}

function Neighbours({ decision }: { decision: Decision }) {
  const { data } = useNeighbours(decision)
  return (
    <>
      <Beside id={data?.previous} label="Previous" icon={<BackIcon />} />
      <Beside id={data?.next} label="Next" endIcon={<NextIcon />} />
    </>
  )
}

function Beside(props: {
  id?: number | null | undefined
  label: string
  icon?: JSX.Element
  endIcon?: JSX.Element
}) {
  const { id, label, icon, endIcon } = props
  const looks = { size: 'small', startIcon: icon, endIcon } as const
  if (id == null) {
    return (
      <Button {...looks} disabled>
        {label}
      </Button>
    )
  }
  return (
    <Button {...looks} component={Link} to={`/decisions/${id}`}>
      {label}
    </Button>
  )
}

/** The service's timeline around the moment, with this decision picked. */
export function momentOf({ id, project, service, timestamp }: Decision): string {
  const at = Date.parse(timestamp)
  const query = new URLSearchParams({
    from: new Date(at - AROUND_MS).toISOString(),
    to: new Date(at + AROUND_MS).toISOString(),
    decision: String(id),
  })
  return `/s/${encodeURIComponent(project)}/${encodeURIComponent(service)}?${query}`
}

function NoSuch({ id }: { id: string }) {
  return (
    <Page title="No such decision">
      <Empty
        title={`There is no decision ${id} on record`}
        action={
          <Button size="small" variant="outlined" component={Link} to="/history">
            To the history
          </Button>
        }
      >
        It may have been forgotten since: the record is kept for a limited time. Or the number is mistyped.
      </Empty>
    </Page>
  )
}
