import { Alert, Box, Stack } from '@mui/material'
import { useHealth, useSession } from '@/api/queries'
import type { Health } from '@/api/types'
import { Page } from '@/components/page'
import { Failed, Loading } from '@/components/states'
import { AdvisorCard, ConfigCard, DaemonCard, EngineCard, NotifiersCard, StoreCard } from './cards'
import { Setup } from './setup'
import { SourcesCard } from './sources'
import { Tokens } from './tokens'

/** Every part that Docktor leans on: how it is, since when, and what to do. */
export function HealthScreen() {
  const health = useHealth()
  const session = useSession()
  const view = health.data && 'engine' in health.data ? (health.data as Health) : undefined
  if (!view) {
    return (
      <Page title="Health">
        {health.isError ? (
          <Failed error={health.error} retry={health.refetch} what="Docktor can't say how it is" />
        ) : (
          <Loading />
        )}
      </Page>
    )
  }
  const role = session.data?.role
  return (
    <Page title="Health">
      <Alert severity={view.status === 'ok' ? 'success' : 'warning'}>
        {view.status === 'ok'
          ? 'All that Docktor needs is well.'
          : 'Something needs attention; the parts below say what.'}
      </Alert>
      {view.services === 0 && <Setup health={view} />}
      <Box
        sx={{
          display: 'grid',
          gap: 2.5,
          alignItems: 'start',
          gridTemplateColumns: { xs: 'minmax(0, 1fr)', md: 'repeat(2, minmax(0, 1fr))' },
        }}
      >
        <Stack spacing={2.5}>
          <EngineCard engine={view.engine} />
          <ConfigCard config={view.config} />
          <StoreCard store={view.store} />
        </Stack>
        <Stack spacing={2.5}>
          <DaemonCard health={view} />
          <AdvisorCard advisor={view.advisor} />
          <NotifiersCard notifiers={view.notifiers} />
        </Stack>
      </Box>
      <SourcesCard sources={view.sources} mayTest={role === 'admin' || role === 'operator'} />
      {role === 'admin' && <Tokens />}
    </Page>
  )
}
