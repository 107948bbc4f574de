import { Paper, Stack, Step, StepLabel, Stepper, Typography } from '@mui/material'
import { useHealth } from '@/api/queries'
import type { Service } from '@/api/types'
import { Copyable } from '@/components/copyable'
import { Empty } from '@/components/states'

/** The way to the first managed service. */
export function FirstSteps({ services }: { services: readonly Service[] }) {
  const { data } = useHealth()
  const engine = data && 'engine' in data ? data.engine : undefined
  const choosable = services.filter((one) => one.unscalable === null).length
  return (
    <Paper component="section" aria-label="First steps" variant="outlined" sx={{ p: 2 }}>
      <Stack spacing={2}>
        <Typography variant="h2">Nothing is managed yet. This takes a minute.</Typography>
        <Stepper activeStep={engine?.state === 'ok' ? 1 : 0} alternativeLabel>
          <Step completed={engine?.state === 'ok'}>
            <StepLabel error={engine !== undefined && engine.state !== 'ok'}>
              {engine?.state === 'ok'
                ? `Docker answers${engine.version ? `, ${engine.version}` : ''}`
                : 'Docker answers'}
            </StepLabel>
          </Step>
          <Step>
            <StepLabel>
              {choosable > 0
                ? 'Choose a service below: Manage'
                : 'No service below can be scaled yet: see why'}
            </StepLabel>
          </Step>
          <Step>
            <StepLabel>Agree to its limits; Docktor writes docktor.yaml</StepLabel>
          </Step>
        </Stepper>
      </Stack>
    </Paper>
  )
}

export function NoProjects() {
  return (
    <Empty title="No Compose project is here yet" action={<Copyable text="docker compose up -d" />}>
      Docktor shows every Compose project that Docker has. Start one in its folder, and it appears here within
      seconds.
    </Empty>
  )
}
