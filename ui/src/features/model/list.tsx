import {
  Alert,
  Button,
  Stack,
  Table,
  TableBody,
  TableCell,
  TableContainer,
  TableHead,
  TableRow,
  Typography,
} from '@mui/material'
import { useState } from 'react'
import type { Models } from '@/api/types'
import { Section } from '@/components/section'
import { ToneChip } from '@/components/tone-chip'
import { MODEL_STATES, place } from '@/lib/advisor-words'
import { ChooseDialog } from './choose'
import type { Model } from './queries'

/** The models at the endpoint, and which of them are asked. */
export function ModelList({ models, admin, retry }: { models: Models; admin: boolean; retry: () => void }) {
  const [chosen, setChosen] = useState<string | null>(null)
  const listed = models.models ?? []
  return (
    <Section title="Models there are" help={models.base_url ?? where(models.provider)}>
      {models.error && (
        <Alert
          severity={models.model ? 'warning' : 'info'}
          action={
            <Button color="inherit" size="small" onClick={retry}>
              Look again
            </Button>
          }
        >
          {models.error}
        </Alert>
      )}
      {listed.length === 0 && !models.error && <Typography>There is no model yet.</Typography>}
      {listed.length > 0 && (
        <TableContainer tabIndex={0} aria-label="Models">
          <Table size="small">
            <TableHead>
              <TableRow>
                <TableCell>Model</TableCell>
                <TableCell>State</TableCell>
                <TableCell align="right">Parameters</TableCell>
                <TableCell align="right">Size</TableCell>
                <TableCell>Quantization</TableCell>
                {admin && <TableCell>Choose</TableCell>}
              </TableRow>
            </TableHead>
            <TableBody>
              {listed.map((model) => (
                <Row
                  key={model.name}
                  model={model}
                  current={model.chain === 1}
                  {...(admin && { choose: () => setChosen(model.name) })}
                />
              ))}
            </TableBody>
          </Table>
        </TableContainer>
      )}
      {chosen && (
        <ChooseDialog
          choice={{ model: chosen }}
          before={models.model ?? null}
          onClose={() => setChosen(null)}
        />
      )}
    </Section>
  )
}

const where = (provider: string) =>
  provider === 'dmr' ? 'Docker Model Runner, which is looked for by itself' : provider

const profiles = ({ profiles: found }: Model) => found.length > 0 && `what ${found.join(' and ')} would pick`

function Row({ model, current, choose }: { model: Model; current: boolean; choose?: () => void }) {
  const words = MODEL_STATES[model.state] ?? { label: model.state, tone: 'quiet' as const }
  return (
    <TableRow selected={current}>
      <TableCell component="th" scope="row">
        <Stack>
          <Typography variant="body2" fontWeight={current ? 600 : 400}>
            {model.name}
          </Typography>
          <Typography variant="caption" color="text.secondary">
            {[model.chain != null && place(model.chain), profiles(model)].filter(Boolean).join(', ')}
          </Typography>
        </Stack>
      </TableCell>
      <TableCell>
        <ToneChip tone={words.tone} label={words.label} />
      </TableCell>
      <TableCell align="right" sx={{ whiteSpace: 'nowrap' }}>
        {model.parameters ?? '–'}
      </TableCell>
      <TableCell align="right" sx={{ whiteSpace: 'nowrap' }}>
        {model.size ?? '–'}
      </TableCell>
      <TableCell>{model.quantization ?? '–'}</TableCell>
      {choose && (
        <TableCell>
          {current ? (
            <Typography variant="body2" color="text.secondary">
              In use
            </Typography>
          ) : (
            <Button size="small" variant="outlined" aria-label={`Use ${model.name}`} onClick={choose}>
              Use
            </Button>
          )}
        </TableCell>
      )}
    </TableRow>
  )
}
