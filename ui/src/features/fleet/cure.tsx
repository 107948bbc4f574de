import { Button, Dialog, DialogActions, DialogContent, DialogTitle, Stack, Typography } from '@mui/material'
import { useId, useState } from 'react'
import type { Service } from '@/api/types'
import { Copyable } from '@/components/copyable'
import { cureOf, obstacleOf } from './groups'

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
      <Dialog open={open} onClose={close} maxWidth="sm" fullWidth aria-labelledby={id}>
        <DialogTitle id={id}>Let {service.name} have replicas</DialogTitle>
        <DialogContent>
          <Stack spacing={2}>
            <Typography>{obstacleOf(service)}.</Typography>
            <Typography>
              Run this in the folder of its Compose file. It prints an override that moves the ports to a
              small load balancer in front and lifts a fixed name; your files stay as they are.
            </Typography>
            <Copyable text={command} label="Copy the command" />
            <Typography>To write it to a file, which then tells how to use it:</Typography>
            <Copyable
              text={`${command} --write docktor.${service.name}.yaml`}
              label="Copy the command that writes"
            />
            <Typography color="text.secondary">
              {service.kind === 'simulated'
                ? 'This is the simulated engine: there is no Compose file to change here. In a project of yours it works as told.'
                : 'It needs docktor on the machine where the Compose file is.'}
            </Typography>
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
