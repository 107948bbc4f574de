import CheckIcon from '@mui/icons-material/CheckCircleOutline'
import TodoIcon from '@mui/icons-material/RadioButtonUnchecked'
import { Link as Anchor, Box, Stack, Typography } from '@mui/material'
import type { ReactNode } from 'react'
import { Link } from 'react-router'
import { useProjects } from '@/api/queries'
import type { Health } from '@/api/types'
import { Copyable } from '@/components/copyable'
import { Section } from '@/components/section'
import { firstSteps } from './steps'

/** The way from nothing to the first service that is managed. */
export function Setup({ health }: { health: Health }) {
  const projects = useProjects()
  const { engine, project, candidates } = firstSteps(health.engine.state === 'ok', projects.data ?? [])
  return (
    <Section title="First steps" help="Docktor manages no service yet.">
      <Box component="ol" sx={{ m: 0, p: 0, listStyle: 'none', display: 'grid', gap: 1.5 }}>
        <Step done={engine} title="Docktor reaches the engine">
          {!engine && (health.engine.error ?? 'Start Docker, and it is found by itself.')}
        </Step>
        <Step
          done={project !== null}
          title={project ? `It sees the project ${project}` : 'It sees a Compose project'}
        >
          {project === null && 'Start one with docker compose up -d; it appears here within seconds.'}
        </Step>
        <Step done={false} title="A service is managed">
          {candidates.length > 0
            ? 'Give one of these its rules:'
            : project && 'None of its services can have replicas yet.'}
          {candidates.map((one) => (
            <div key={`${one.project}/${one.name}`}>
              <Anchor
                component={Link}
                to={`/s/${encodeURIComponent(one.project)}/${encodeURIComponent(one.name)}/rules`}
              >
                {one.project}/{one.name}
              </Anchor>
            </div>
          ))}
        </Step>
      </Box>
      {health.engine.kind !== 'simulated' && (
        <Stack spacing={1}>
          <Typography variant="body2">
            To look around first, on an engine that is simulated, with a home of its own:
          </Typography>
          <Copyable
            text="DOCKTOR_HOME=/tmp/docktor-tour docktor daemon start --engine simulated"
            label="Copy this command"
          />
        </Stack>
      )}
    </Section>
  )
}

function Step({ done, title, children }: { done: boolean; title: string; children: ReactNode }) {
  const Icon = done ? CheckIcon : TodoIcon
  return (
    <Stack component="li" direction="row" spacing={1.5}>
      <Icon fontSize="small" color={done ? 'success' : 'disabled'} titleAccess={done ? 'Done' : 'To do'} />
      <Box>
        <Typography variant="body2" fontWeight={600}>
          {title}
        </Typography>
        <Typography variant="body2" color="text.secondary" component="div">
          {children}
        </Typography>
      </Box>
    </Stack>
  )
}
