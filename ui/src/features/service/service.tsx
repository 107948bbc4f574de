import { Box, Drawer, Stack, useMediaQuery } from '@mui/material'
import { useMemo, useState } from 'react'
import { useParams } from 'react-router'
import { ApiError } from '@/api/problem'
import { type ServiceName, useService } from '@/api/queries'
import type { Detail } from '@/api/types'
import { Page } from '@/components/page'
import { ServiceActions } from '@/components/service-actions'
import { Empty, Failed, Loading } from '@/components/states'
import { Cost } from './cost'
import { Decisions } from './decisions'
import { Facts } from './facts'
import { Forecast } from './forecast'
import { marksOf } from './lanes'
import { Missing } from './missing'
import { ReplicasTable } from './replicas-table'
import { Selected } from './selected'
import { type Story, useStory } from './story'
import { Timeline } from './timeline'
import { useView, type View } from './view'

const WHY_PX = 400

export function ServiceScreen() {
  const { project = '', service = '' } = useParams()
  return <Asked project={project} service={service} key={`${project}/${service}`} />
}

/** All that the screen shows is asked side by side. */
function Asked({ project, service }: ServiceName) {
  const detail = useService(project, service)
  const [view, change] = useView()
  const story = useStory(project, service, view)
  if (detail.data) {
    const { data, dataUpdatedAt } = detail
    return <Screen detail={data} updatedAt={dataUpdatedAt} view={view} change={change} story={story} />
  }
  if (detail.error instanceof ApiError && detail.error.status === 404) {
    return (
      <Page title={service} subtitle={project}>
        <Empty title="There is no such service">
          Docktor sees no service {service} in {project}. It may have been taken down or renamed.
        </Empty>
      </Page>
    )
  }
  return (
    <Page title={service} subtitle={project}>
      {detail.isError ? (
        <Failed
          error={detail.error}
          retry={() => void detail.refetch()}
          what={`${service} could not be looked up`}
        />
      ) : (
        <Loading rows={5} />
      )}
    </Page>
  )
}

interface Props {
  detail: Detail
  updatedAt: number
  view: View
  change: (next: Partial<View>) => void
  story: Story
}

function Screen({ detail, updatedAt, view, change, story }: Props) {
  const { service } = detail
  const [lit, setLit] = useState<number | null>(null)
  const wide = useMediaQuery('(min-width:1200px)')
  const marks = useMemo(() => marksOf(story.decisions), [story.decisions])
  const pick = useMemo(() => (id: number | null) => change({ decision: id }), [change])
  const known = story.decisions.find((one) => one.id === view.decision)
  const why = view.decision !== null && (
    <Selected id={view.decision} known={known} close={() => change({ decision: null })} framed={wide} />
  )
  return (
    <Page
      title={service.name}
      subtitle={`${service.project} · ${service.kind}`}
      actions={<ServiceActions service={service} />}
    >
      <Facts service={service} updatedAt={updatedAt} />
      <Forecast detail={detail} />
      <Missing detail={detail} />
      <Box
        sx={{
          display: 'grid',
          gap: 2.5,
          alignItems: 'start',
          gridTemplateColumns: wide && why ? `minmax(0, 1fr) ${WHY_PX}px` : 'minmax(0, 1fr)',
        }}
      >
        <Stack spacing={2.5} sx={{ minWidth: 0 }}>
          <Timeline
            detail={detail}
            view={view}
            change={change}
            story={story}
            marks={marks}
            lit={lit ?? view.decision}
            onLight={setLit}
            onPick={pick}
          />
          <Decisions story={story} view={view} lit={lit} onLight={setLit} onPick={pick} service={service} />
          <ReplicasTable replicas={detail.replicas} />
          <Cost project={service.project} service={service.name} managed={service.managed} />
        </Stack>
        {wide && why}
      </Box>
      {!wide && (
        <Drawer
          anchor="right"
          open={why !== false}
          onClose={() => change({ decision: null })}
          slotProps={{ paper: { sx: { width: 'min(480px, 92vw)' }, role: 'dialog', 'aria-label': 'Why' } }}
        >
          {why}
        </Drawer>
      )}
    </Page>
  )
}
