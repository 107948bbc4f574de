import { Alert, Link as Anchor } from '@mui/material'
import { Link, useParams } from 'react-router'
import { useService, useSession } from '@/api/queries'
import { Page } from '@/components/page'
import { Failed, Loading } from '@/components/states'
import { Editor } from './editor'
import { useProviders } from './queries'

/** What docktor.yaml says of one service, to be changed. */
export function RulesScreen() {
  const { project = '', service = '' } = useParams()
  const detail = useService(project, service)
  const providers = useProviders()
  const session = useSession()
  const title = `Rules of ${service}`
  if (!detail.data) {
    return (
      <Page title={title} subtitle={<Back project={project} service={service} />}>
        {detail.isError ? (
          <Failed error={detail.error} retry={detail.refetch} what="These rules can't be shown" />
        ) : (
          <Loading />
        )}
      </Page>
    )
  }
  return (
    <Editor
      key={`${project}/${service}`}
      name={{ project, service }}
      detail={detail.data}
      providers={providers.data ?? []}
      admin={session.data?.role === 'admin'}
      title={title}
      back={<Back project={project} service={service} />}
      notice={
        providers.isError && (
          <Alert severity="warning">
            The kinds of sources can't be listed; their settings are in the YAML view.
          </Alert>
        )
      }
    />
  )
}

function Back({ project, service }: { project: string; service: string }) {
  return (
    <Anchor component={Link} to={`/s/${encodeURIComponent(project)}/${encodeURIComponent(service)}`}>
      {project}/{service}
    </Anchor>
  )
}
