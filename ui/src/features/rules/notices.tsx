import { Alert, Button } from '@mui/material'
import type { Detail } from '@/api/types'

/** What to know before changing anything. */
export function Notices({
  detail,
  admin,
  elsewhere,
  load,
}: {
  detail: Detail
  admin: boolean
  elsewhere: boolean
  load: () => void
}) {
  return (
    <>
      {!admin && (
        <Alert severity="info">Your token may look at the rules. Changing them needs an admin's.</Alert>
      )}
      {detail.service.unscalable && (
        <Alert severity="warning">
          As it is written this service can have one replica only: {detail.service.unscalable}
        </Alert>
      )}
      {detail.origin === 'labels' && (
        <Alert severity="info">
          These rules come from labels in the Compose file. Saving writes them into docktor.yaml; labels still
          count, within its limits.
        </Alert>
      )}
      {detail.origin === 'none' && (
        <Alert severity="info">
          {detail.service.managed
            ? 'Nobody wrote these rules down yet: this is what holds by default. Saving writes them into docktor.yaml.'
            : 'Docktor does not manage this service. This is something to begin with; saving it writes docktor.yaml, and Docktor takes over.'}
        </Alert>
      )}
      {elsewhere && (
        <Alert
          severity="warning"
          action={
            <Button color="inherit" size="small" onClick={load}>
              Load it
            </Button>
          }
        >
          docktor.yaml was changed meanwhile. Saving would put your version in its place; loading drops your
          changes.
        </Alert>
      )}
    </>
  )
}
