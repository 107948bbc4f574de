import { Alert, Stack, TextField } from '@mui/material'
import type { RuleFault } from '@/api/types'
import { lineOf, parse, stepsOf } from './text'
import type { Draft } from './use-draft'

/** The same document as text. Text that can't be read stays as it is, and says why. */
export default function YamlView({
  draft,
  onChange,
  faults,
  readOnly,
}: {
  draft: Draft
  onChange: (draft: Draft) => void
  faults: readonly RuleFault[]
  readOnly: boolean
}) {
  const text = draft.text ?? ''
  const edit = (next: string) => {
    const read = parse(next)
    if ('fault' in read) onChange({ ...draft, text: next, fault: read.fault })
    else onChange({ text: next, entry: read.entry, fault: null })
  }
  return (
    <Stack spacing={2}>
      {draft.fault && (
        <Alert severity="error">
          Line {draft.fault.line}: {draft.fault.message} Until this is repaired, the form can't be shown.
        </Alert>
      )}
      {!draft.fault && faults.length > 0 && <FaultList faults={faults} text={text} />}
      <TextField
        label="This service in docktor.yaml"
        multiline
        minRows={18}
        fullWidth
        value={text}
        error={draft.fault !== null}
        onChange={(event) => edit(event.target.value)}
        slotProps={{
          htmlInput: { spellCheck: false, autoComplete: 'off', wrap: 'off', readOnly },
          input: { sx: { fontFamily: 'monospace', fontSize: '0.8125rem', lineHeight: 1.6 } },
        }}
      />
    </Stack>
  )
}

function FaultList({ faults, text }: { faults: readonly RuleFault[]; text: string }) {
  return (
    <Alert severity="error">
      {faults.map(({ path, message }) => {
        const line = path ? lineOf(text, stepsOf(path)) : null
        return (
          <div key={`${path} ${message}`}>
            {line !== null && `Line ${line}: `}
            {path && `${path}: `}
            {message}
          </div>
        )
      })}
    </Alert>
  )
}
