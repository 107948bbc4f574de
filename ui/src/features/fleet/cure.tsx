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
import { useId, useState } from 'react'
import { said } from '@/api/problem'
import type { Override, Service } from '@/api/types'
import { useMay } from '@/components/actions/may'
import { Copyable } from '@/components/copyable'
import { Loading } from '@/components/states'
import { cureOf, obstacleOf } from './groups'
import { useOverride } from './queries'

/** What lets a service have replicas that can't have them as it is written. */
export function Cure({ service }: { service: Service }) {
  const [open, setOpen] = useState(false)
  const id = useId()
  const command = cureOf(service)
  if (command === null) return null
  const close = () => setOpen(false)
  return (
    <>
      <Button
        size="small"
        sx={{ px: 0.5, py: 0 }}
        aria-label={`Show the cure for ${service.name}`}
        onClick={() => setOpen(true)}
      >
        Show the cure
      </Button>
      <Dialog open={open} onClose={close} maxWidth="md" fullWidth aria-labelledby={id}>
        <DialogTitle id={id}>Let {service.name} have replicas</DialogTitle>
        <DialogContent>
          <Stack spacing={2}>
            <Typography>{obstacleOf(service)}.</Typography>
            <Typography>
              An override moves its ports to a small load balancer in front and lifts a fixed name. Your own
              files stay as they are.
            </Typography>
            <Ways service={service} command={command} />
          </Stack>
        </DialogContent>
        <DialogActions>
          <Button size="small" onClick={close}>
            Close
          </Button>
        </DialogActions>
      </Dialog>
    </>
  )
}

/** The override itself where Docktor can make it, else why not; below it the command that does the same. */
function Ways({ service, command }: { service: Service; command: string }) {
  const { act } = useMay()
  const found = useOverride(service.project, service.name, act)
  const override = found.data
  if (act && found.isPending) return <Loading />
  return (
    <>
      {found.isError && <Alert severity="warning">The override can’t be shown: {said(found.error)}</Alert>}
      {override?.why && <Alert severity="info">{sentence(override.why)}</Alert>}
      {override?.text && <Text override={override} text={override.text} />}
      <Command
        command={override?.command ?? command}
        name={service.name}
        simulated={service.kind === 'simulated'}
      />
    </>
  )
}

const sentence = (words: string) => `${words.charAt(0).toUpperCase()}${words.slice(1)}.`

function Text({ override, text }: { override: Override; text: string }) {
  return (
    <>
      {override.notes.length > 0 && (
        <Alert severity="warning">
          {override.notes.map((note) => (
            <div key={note}>Mind: {note}.</div>
          ))}
        </Alert>
      )}
      <Typography sx={{ overflowWrap: 'anywhere' }}>Save this as {override.file}:</Typography>
      <Copyable text={text} label="Copy the override" />
      <Typography>Then run:</Typography>
      {override.use && <Copyable text={override.use} label="Copy the command that uses it" />}
    </>
  )
}

function Command({ command, name, simulated }: { command: string; name: string; simulated: boolean }) {
  return (
    <>
      <Typography>On the command line, where its Compose file is, this prints it:</Typography>
      <Copyable text={command} label="Copy the command" />
      <Typography>To write it to a file, which then tells how to use it:</Typography>
      <Copyable text={`${command} --write docktor.${name}.yaml`} label="Copy the command that writes" />
      <Typography color="text.secondary">
        {simulated
          ? 'With a project of yours it works as told.'
          : 'It needs docktor on the machine where the Compose file is.'}
      </Typography>
    </>
  )
}
