import { Alert, Box, Button, Stack, ToggleButton, ToggleButtonGroup } from '@mui/material'
import { lazy, type ReactNode, Suspense, useMemo, useState } from 'react'
import { useSearchParams } from 'react-router'
import { ApiError } from '@/api/problem'
import type { ServiceName } from '@/api/queries'
import type { Detail, Provider, RuleFault } from '@/api/types'
import { Page } from '@/components/page'
import { Loading } from '@/components/states'
import { whence } from './defaults'
import type { Entry } from './entry'
import { fieldPaths, placeFaults } from './faults'
import { Form } from './form'
import { type RulesForm, RulesFormProvider } from './form-context'
import { LeaveDialog } from './leave'
import { metricNames } from './metric-names'
import { Notices } from './notices'
import { preset } from './preset'
import { Preview } from './preview'
import { useCheck } from './queries'
import { SaveDialog } from './save-dialog'
import { fieldsOf } from './schema'
import { StopManaging } from './stop-managing'
import { useDraft } from './use-draft'

const YamlView = lazy(() => import('./yaml-view'))

interface Props {
  name: ServiceName
  detail: Detail
  providers: readonly Provider[]
  admin: boolean
  title: string
  back: ReactNode
  notice: ReactNode
}

export function Editor({ name, detail, providers, admin, title, back, notice }: Props) {
  const [params] = useSearchParams()
  const written = detail.entry as Entry
  const { base, draft, dirty, elsewhere, setDraft, restart, change } = useDraft(written, (entry) =>
    preset(entry, params),
  )
  const [view, setView] = useState<'form' | 'yaml'>('form')
  const [saving, setSaving] = useState(false)
  const [refused, setRefused] = useState<{ entry: Entry; faults: readonly RuleFault[] } | null>(null)
  const check = useCheck(name, draft.entry, admin && dirty && draft.fault === null)
  // What a save was refused for holds until something is changed.
  const faults = useMemo(
    () => (refused?.entry === draft.entry ? refused.faults : dirty ? faultsOf(check.data, check.error) : []),
    [refused, draft.entry, dirty, check.data, check.error],
  )
  const options = useMemo(
    () =>
      Object.fromEntries(
        providers.map((one) => [one.kind, fieldsOf(one.options).map((field) => field.name)]),
      ),
    [providers],
  )
  const placed = useMemo(
    () => placeFaults(faults, fieldPaths(draft.entry, options)),
    [faults, draft.entry, options],
  )
  const form: RulesForm = {
    entry: draft.entry,
    project: name.project,
    change,
    fault: (path) => placed.at.get(path),
    whence: (path) => whence(path, detail.settings, base),
    detail,
    base,
    providers,
    names: metricNames(detail, draft.entry),
    readOnly: !admin,
  }
  const show = async (next: 'form' | 'yaml') => {
    if (next === 'yaml') {
      const { textOf } = await import('./text')
      setDraft((now) => ({ ...now, text: textOf(now.entry, now.text) }))
    }
    setView(next)
  }
  const actions = admin && (
    <>
      {detail.origin === 'docktor.yaml' && <StopManaging name={name} onDone={() => setRefused(null)} />}
      <Button variant="outlined" disabled={!dirty} onClick={() => restart(written)}>
        Discard
      </Button>
      <Button variant="contained" disabled={!dirty || draft.fault !== null} onClick={() => setSaving(true)}>
        Review and save
      </Button>
    </>
  )
  return (
    <Page title={title} subtitle={back} actions={actions}>
      {notice}
      <Notices detail={detail} admin={admin} elsewhere={elsewhere} load={() => restart(written)} />
      {view === 'form' && placed.rest.length > 0 && (
        <Alert severity="error">
          {placed.rest.map(({ path, message }) => (
            <div key={`${path} ${message}`}>{path ? `${path}: ${message}` : message}</div>
          ))}
        </Alert>
      )}
      <Box
        sx={{
          display: 'grid',
          gap: 2.5,
          alignItems: 'start',
          gridTemplateColumns: { xs: 'minmax(0, 1fr)', lg: 'minmax(0, 8fr) minmax(380px, 5fr)' },
        }}
      >
        <Stack spacing={2}>
          <ToggleButtonGroup
            exclusive
            size="small"
            value={view}
            aria-label="How the rules are shown"
            onChange={(_, next: 'form' | 'yaml' | null) => next && void show(next)}
          >
            <ToggleButton value="form" disabled={draft.fault !== null}>
              Form
            </ToggleButton>
            <ToggleButton value="yaml">YAML</ToggleButton>
          </ToggleButtonGroup>
          {view === 'form' ? (
            <RulesFormProvider value={form}>
              <Form />
            </RulesFormProvider>
          ) : (
            <Suspense fallback={<Loading />}>
              <YamlView draft={draft} onChange={setDraft} faults={faults} readOnly={!admin} />
            </Suspense>
          )}
        </Stack>
        <Box sx={{ position: { lg: 'sticky' }, top: 16, minWidth: 0 }}>
          <Preview name={name} entry={draft.entry} dirty={dirty} readable={draft.fault === null} />
        </Box>
      </Box>
      {saving && (
        <SaveDialog
          name={name}
          base={base}
          entry={draft.entry}
          onClose={() => setSaving(false)}
          onSaved={(entry) => restart(entry)}
          onRefused={(found) => {
            setSaving(false)
            setRefused({ entry: draft.entry, faults: found })
          }}
        />
      )}
      <LeaveDialog when={dirty} />
    </Page>
  )
}

function faultsOf(
  checked: { problems: RuleFault[] } | null | undefined,
  error: unknown,
): readonly RuleFault[] {
  if (error instanceof ApiError && error.status === 422) return error.problems
  return checked?.problems ?? []
}
