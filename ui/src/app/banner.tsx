import { Alert, Button } from '@mui/material'
import { useHealth } from '@/api/queries'
import { insideDesktop } from '@/api/transport'
import { useLink } from './live'

const reload = (
  <Button color="inherit" size="small" onClick={() => window.location.reload()}>
    Reload
  </Button>
)

/** Only what concerns the whole page: nobody answers, or somebody newer does. */
export function Banner() {
  const link = useLink()
  const health = useHealth()
  const version = health.data && 'version' in health.data ? health.data.version : undefined
  if (health.isError || (link === 'away' && !health.isSuccess))
    return <Away since={health.data !== undefined} />
  if (version && version !== __DOCKTOR_VERSION__) {
    return (
      <Alert severity="info" action={reload}>
        Docktor is now version {version}, and this page is of {__DOCKTOR_VERSION__}. Reload it to see
        everything.
      </Alert>
    )
  }
  return null
}

function Away({ since }: { since: boolean }) {
  return (
    <Alert severity={since ? 'warning' : 'info'} action={reload}>
      {since
        ? 'Docktor does not answer. What you see is from before; it is asked again every few seconds. '
        : 'Waiting for Docktor to answer: it may only just be starting. '}
      {insideDesktop()
        ? 'If this lasts, look at the log of the Docktor extension container, or disable and enable the extension.'
        : 'If this lasts, look at: docktor daemon status'}
    </Alert>
  )
}
