import { Button, Stack, TextField, Typography } from '@mui/material'
import { type FormEvent, useState } from 'react'
import type { Models } from '@/api/types'
import { Section } from '@/components/section'
import { ChooseDialog } from './choose'
import type { Choice } from './queries'

const PROVIDERS = [
  { value: 'dmr', label: 'Docker Model Runner' },
  { value: 'openai', label: 'OpenAI, or anything that speaks its protocol' },
] as const

/** A model somewhere else. Its key is never typed here. */
export function Endpoint({ models }: { models: Models }) {
  const [provider, setProvider] = useState<'dmr' | 'openai'>(models.provider === 'openai' ? 'openai' : 'dmr')
  const [url, setUrl] = useState(models.base_url ?? '')
  const [model, setModel] = useState('')
  const [choice, setChoice] = useState<Choice | null>(null)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    setChoice({ model: model.trim(), provider, ...(url.trim() && { base_url: url.trim() }) })
  }
  const shrink = { inputLabel: { shrink: true } }
  return (
    <Section title="Another endpoint" help="Where models are asked, and which.">
      <Stack component="form" onSubmit={submit} spacing={2} alignItems="flex-start" sx={{ maxWidth: 560 }}>
        <TextField
          select
          size="small"
          fullWidth
          label="Kind"
          value={provider}
          onChange={(event) => setProvider(event.target.value === 'openai' ? 'openai' : 'dmr')}
          slotProps={{ ...shrink, select: { native: true } }}
        >
          {PROVIDERS.map(({ value, label }) => (
            <option key={value} value={value}>
              {label}
            </option>
          ))}
        </TextField>
        <TextField
          size="small"
          fullWidth
          label="Address"
          type="url"
          value={url}
          placeholder={provider === 'openai' ? 'https://api.openai.com/v1' : 'found by itself'}
          helperText="Left empty, it stays as docktor.yaml has it."
          onChange={(event) => setUrl(event.target.value)}
          slotProps={shrink}
        />
        <TextField
          size="small"
          fullWidth
          required
          label="Model"
          value={model}
          placeholder={provider === 'openai' ? 'gpt-4o-mini' : 'ai/llama3.2'}
          onChange={(event) => setModel(event.target.value)}
          slotProps={shrink}
        />
        <Typography variant="body2" color="text.secondary">
          A key comes from the environment of Docktor, as DOCKTOR_LLM_API_KEY, never from this page. What
          Docktor sees stays on this machine unless docktor.yaml says allow_remote: true in its llm block.
        </Typography>
        <Button type="submit" variant="outlined" disabled={model.trim() === ''}>
          Ask this one
        </Button>
      </Stack>
      {choice && (
        <ChooseDialog
          choice={choice}
          before={models.model ?? null}
          onClose={() => setChoice(null)}
          onDone={() => setModel('')}
        />
      )}
    </Section>
  )
}
