import {
  Alert,
  Button,
  Checkbox,
  FormControlLabel,
  Stack,
  TextField,
  Tooltip,
  Typography,
} from '@mui/material'
import { useState } from 'react'
import { api, body } from '@/api/client'
import { said } from '@/api/problem'
import { type ServiceName, useAct, useService } from '@/api/queries'
import type { Service } from '@/api/types'
import { Loading } from '@/components/states'
import { useToast } from '@/components/toast'
import { Ask } from './ask'
import { type Entry, faultOf, firstForm, type ManageForm, toEntry, writtenWords } from './manage-form'
import { ADMIN_ONLY, useMay } from './may'

/** Takes a service under Docktor's care: one click to ask, one to agree. */
export function ManageButton({ service }: { service: Service }) {
  const [open, setOpen] = useState(false)
  const { edit } = useMay()
  return (
    <>
      <Tooltip describeChild title={edit ? '' : ADMIN_ONLY}>
        <span>
          <Button
            size="small"
            variant="outlined"
            disabled={!edit}
            aria-label={`Manage ${service.name}`}
            onClick={() => setOpen(true)}
          >
            Manage
          </Button>
        </span>
      </Tooltip>
      {open && <ManageDialog service={service} onClose={() => setOpen(false)} />}
    </>
  )
}

function ManageDialog({ service, onClose }: { service: Service; onClose: () => void }) {
  const detail = useService(service.project, service.name)
  const entry = detail.data?.entry
  const [changed, setChanged] = useState<Partial<ManageForm>>({})
  const write = useWrite({ project: service.project, service: service.name })
  const form = entry && { ...firstForm(entry), ...changed }
  return (
    <Ask
      title={`Manage ${service.name}`}
      verb="Manage"
      ready={form !== undefined && faultOf(form) === null}
      act={() => (entry && form ? write(entry, form) : Promise.reject(new Error('Not known yet.')))}
      onClose={onClose}
    >
      {detail.isError && <Alert severity="error">{said(detail.error)}</Alert>}
      {!detail.isError && !form && <Loading rows={2} />}
      {form && <Fields form={form} change={(some) => setChanged({ ...changed, ...some })} />}
    </Ask>
  )
}

const NUMBERS = [
  ['min', 'At least'],
  ['max', 'At most'],
  ['cpu', 'CPU target, %'],
] as const

function Fields({ form, change }: { form: ManageForm; change: (some: Partial<ManageForm>) => void }) {
  const fault = faultOf(form)
  return (
    <>
      <Typography color="text.secondary">
        Docktor keeps enough replicas that each uses about {form.cpu || '…'} % of the CPU it may use. This is
        written to docktor.yaml, and can be refined there or here.
      </Typography>
      <Stack direction="row" spacing={1.5}>
        {NUMBERS.map(([field, label]) => (
          <TextField
            key={field}
            label={label}
            type="number"
            size="small"
            fullWidth
            value={form[field]}
            error={fault?.field === field}
            onChange={(event) => change({ [field]: event.target.value })}
            slotProps={{ htmlInput: { min: 0, step: 1 } }}
          />
        ))}
      </Stack>
      {fault && (
        <Typography role="alert" variant="body2" color="error">
          {fault.text}
        </Typography>
      )}
      <FormControlLabel
        control={
          <Checkbox size="small" checked={form.ask} onChange={(_, checked) => change({ ask: checked })} />
        }
        label="Ask me before each change"
      />
    </>
  )
}

/** Writes the entry, and tells what was written and where. */
function useWrite(name: ServiceName) {
  const tell = useToast()
  const path = { params: { path: name } }
  const set = useAct((entry: Entry) =>
    body(api.PUT('/api/projects/{project}/services/{service}/rules', { ...path, body: entry })),
  )
  const remove = useAct(() => body(api.DELETE('/api/projects/{project}/services/{service}/rules', path)))
  const undo = () =>
    void remove.mutateAsync().then(
      () => tell({ text: `${name.service} was taken out of docktor.yaml again.` }),
      (error: unknown) => tell({ severity: 'error', text: said(error) }),
    )
  return async (entry: Entry, form: ManageForm) => {
    await set.mutateAsync(toEntry(entry, form))
    const health = await body(api.GET('/api/health')).catch(() => null)
    const file = (health && 'config' in health && health.config.source) || 'docktor.yaml'
    tell({ text: writtenWords(name.service, form, file), action: { label: 'Undo', act: undo } })
  }
}
