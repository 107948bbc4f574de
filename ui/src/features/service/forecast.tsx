import { Typography } from '@mui/material'
import type { Detail } from '@/api/types'
import { foretold } from './foretold'

/** What is foreseen of the load, whether that counts, and how well it went. */
export function Forecast({ detail }: { detail: Detail }) {
  if (!detail.forecast) return null
  return (
    <Typography component="p" variant="body2" color="text.secondary" aria-label="Forecast">
      {foretold(detail.forecast).join(' ')}
    </Typography>
  )
}
