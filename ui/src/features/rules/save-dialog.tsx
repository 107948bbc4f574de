import {
  Alert,
  Button,
  Dialog,
  DialogActions,
  DialogContent,
  DialogTitle,
  Stack,
  Typography,
} from '@mui/material'
import { useQuery } from '@tanstack/react-query'
import { ApiError, said } from '@/api/problem'
import type { ServiceName } from '@/api/queries'
import type { RuleFault } from '@/api/types'
import { Loading } from '@/components/states'
import { useToast } from '@/components/toast'
import { DiffView } from './diff-view'
import type { Entry } from './entry'
import { useSaveRules } from './queries'
import { checkRules } from './tries'

interface Texts {
  what: string
  before: string
  after: string
  faults: readonly RuleFault[]
}

/** The whole file where Docktor can say how it would be, else what it says of this service. */
async function texts(name: ServiceName, base: Entry, entry: Entry, signal: AbortSignal): Promise<Texts> {
  const checked = await checkRules(name, entry, signal)
  if (checked && checked.after !== null)
    return { what: 'docktor.yaml', before: checked.before, after: checked.after, faults: checked.problems }
  const { textOf } = await import('./text')
  return {
    what: `What docktor.yaml says of ${name.service}`,
    before: textOf(base, null),
    after: textOf(entry, null),
    faults: checked?.problems ?? [],
  }
}

/** What will be written, before it is. */
export function SaveDialog({
  name,
  base,
  entry,
  onClose,
  onSaved,
  onRefused,
}: {
  name: ServiceName
  base: Entry
  entry: Entry
  onClose: () => void
  onSaved: (entry: Entry) => void
  onRefused: (faults: readonly RuleFault[]) => void
}) {
  const tell = useToast()
  const save = useSaveRules(name)
  const draft = useQuery({
    queryKey: ['save-rules', name, entry],
    queryFn: ({ signal }) => texts(name, base, entry, signal),
    gcTime: 0,
  })
  const write = () =>
    save.mutate(entry, {
      onSuccess: (detail) => {
        tell({ text: `docktor.yaml is written, and the rules of ${name.service} are in force.` })
        onSaved(detail.entry as Entry)
        onClose()
      },
      onError: (error) => {
        if (error instanceof ApiError && error.status === 422 && error.problems.length > 0)
          onRefused(error.problems)
      },
    })
  const faults = draft.data?.faults ?? []
  return (
    <Dialog open fullWidth maxWidth="md" onClose={onClose} aria-labelledby="save-title">
      <DialogTitle id="save-title">Write these rules?</DialogTitle>
      <DialogContent>
        <Stack spacing={2}>
          {draft.isError && (
            <Alert severity="warning">What changes can't be shown: {said(draft.error)}</Alert>
          )}
          {draft.isPending && <Loading rows={3} />}
          {draft.data && (
            <>
              <Typography variant="subtitle2" component="div">
                {draft.data.what}
              </Typography>
              <DiffView before={draft.data.before} after={draft.data.after} />
            </>
          )}
          {faults.length > 0 && (
            <Alert severity="error">
              Docktor would refuse this: {said(new ApiError(422, '', '', faults))}
            </Alert>
          )}
          {save.isError && <Alert severity="error">{said(save.error)}</Alert>}
        </Stack>
      </DialogContent>
      <DialogActions>
        <Button onClick={onClose}>Back to the rules</Button>
        {faults.length > 0 ? (
          <Button variant="contained" onClick={() => onRefused(faults)}>
            Show the faults
          </Button>
        ) : (
          <Button variant="contained" disabled={save.isPending || draft.isPending} onClick={write}>
            {save.isPending ? 'Writing…' : 'Write docktor.yaml'}
          </Button>
        )}
      </DialogActions>
    </Dialog>
  )
}
