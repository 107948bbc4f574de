import { Alert, Box, Stack } from '@mui/material'
import { useHealth, useSession } from '@/api/queries'
import type { Health } from '@/api/types'
import { Page } from '@/components/page'
import { Failed, Loading } from '@/components/states'
import { Advisor } from './advisor'
import { Endpoint } from './endpoint'
import { ModelList } from './list'
import { Pull } from './pull'
import { useModels } from './queries'

/** Which language model advises, if any. */
export function ModelScreen() {
  const models = useModels()
  const health = useHealth()
  const session = useSession()
  const role = session.data?.role
  const advisor = health.data && 'advisor' in health.data ? (health.data as Health).advisor : undefined
  return (
    <Page
      title="Model"
      subtitle="A language model may choose among the numbers that rules and limits leave open."
    >
      {models.data?.model === null && (
        <Alert severity="info">
          Docktor works without a model: rules, targets and limits decide. A model only adds a second opinion.
        </Alert>
      )}
      <Box
        sx={{
          display: 'grid',
          gap: 2.5,
          alignItems: 'start',
          gridTemplateColumns: { xs: 'minmax(0, 1fr)', lg: 'minmax(0, 8fr) minmax(360px, 5fr)' },
        }}
      >
        <Stack spacing={2.5}>
          {models.isPending && <Loading />}
          {models.isError && (
            <Failed error={models.error} retry={models.refetch} what="The models can't be listed" />
          )}
          {models.data && (
            <>
              <ModelList models={models.data} admin={role === 'admin'} retry={models.refetch} />
              {models.data.provider === 'dmr' && <Pull mayAct={role === 'admin' || role === 'operator'} />}
              {role === 'admin' && <Endpoint models={models.data} />}
            </>
          )}
        </Stack>
        {advisor ? <Advisor advisor={advisor} /> : health.isPending && <Loading />}
      </Box>
    </Page>
  )
}
