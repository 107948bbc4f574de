import { alpha, Box, Typography, useTheme } from '@mui/material'
import { diff, type Line, stretches } from './diff'

const WORDS = { '+': 'added', '-': 'removed', ' ': '' } as const

/** Two texts, and what differs: by sign, by colour and in words. */
export function DiffView({ before, after }: { before: string; after: string }) {
  const lines = diff(before, after)
  if (lines.every((line) => line.sign === ' ')) return <Typography>Not a line of it changes.</Typography>
  const parts = stretches(lines)
  return (
    <Box
      role="region"
      aria-label="What changes"
      tabIndex={0}
      sx={{ border: 1, borderColor: 'divider', borderRadius: 1, overflow: 'auto', maxHeight: '55vh', py: 1 }}
    >
      <Box sx={{ minWidth: 'max-content' }}>
        {parts.map((part, index) =>
          part.skipped > 0 ? (
            // biome-ignore lint/suspicious/noArrayIndexKey: they are drawn once and never move
            <Typography key={index} variant="caption" color="text.secondary" sx={{ display: 'block', px: 2 }}>
              {part.skipped} {part.skipped === 1 ? 'line stays' : 'lines stay'} as they are
            </Typography>
          ) : (
            // biome-ignore lint/suspicious/noArrayIndexKey: they are drawn once and never move
            part.lines.map((line, at) => <DiffLine key={`${index} ${at}`} line={line} />)
          ),
        )}
      </Box>
    </Box>
  )
}

function DiffLine({ line: { sign, text } }: { line: Line }) {
  const { palette } = useTheme()
  const color = { '+': palette.success.main, '-': palette.error.main, ' ': null }[sign]
  return (
    <Box
      component="pre"
      sx={{
        m: 0,
        px: 2,
        fontSize: '0.8125rem',
        lineHeight: 1.6,
        bgcolor: color ? alpha(color, palette.mode === 'dark' ? 0.2 : 0.12) : undefined,
      }}
    >
      <Box component="span" role={sign === ' ' ? undefined : 'img'} aria-label={WORDS[sign] || undefined}>
        {sign}
      </Box>{' '}
      {text}
    </Box>
  )
}
