import CheckIcon from '@mui/icons-material/Check'
import CopyIcon from '@mui/icons-material/ContentCopy'
import { Box, IconButton, Tooltip } from '@mui/material'
import { useState } from 'react'

export async function copy(text: string): Promise<void> {
  await navigator.clipboard.writeText(text)
}

/** Text to be pasted elsewhere, with a button that copies it. */
export function Copyable({ text, label = 'Copy' }: { text: string; label?: string }) {
  const [done, setDone] = useState(false)
  const act = async () => {
    await copy(text)
    setDone(true)
    setTimeout(() => setDone(false), 2_000)
  }
  return (
    <Box sx={{ position: 'relative', bgcolor: 'action.hover', borderRadius: 1, p: 1.5, pr: 6 }}>
      <Box
        component="pre"
        tabIndex={0}
        sx={{ m: 0, overflow: 'auto', maxHeight: 360, fontSize: '0.8125rem' }}
      >
        {text}
      </Box>
      <Tooltip describeChild title={done ? 'Copied' : label}>
        <IconButton
          size="small"
          aria-label={label}
          onClick={act}
          sx={{ position: 'absolute', top: 6, right: 6 }}
        >
          {done ? <CheckIcon fontSize="small" /> : <CopyIcon fontSize="small" />}
        </IconButton>
      </Tooltip>
    </Box>
  )
}
