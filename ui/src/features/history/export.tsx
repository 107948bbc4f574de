import DownloadIcon from '@mui/icons-material/Download'
import {
  Button,
  Dialog,
  DialogActions,
  DialogContent,
  DialogTitle,
  LinearProgress,
  Menu,
  MenuItem,
  Typography,
} from '@mui/material'
import { useEffect, useRef, useState } from 'react'
import { said } from '@/api/problem'
import { useToast } from '@/components/toast'
import { collect, csv, json, MOST_ROWS, save } from './files'
import type { Filter } from './filters'

const FORMATS = {
  csv: { label: 'CSV, for a spreadsheet', type: 'text/csv;charset=utf-8', write: csv },
  json: { label: 'JSON, with everything', type: 'application/json', write: json },
} as const

type Format = keyof typeof FORMATS

/** What the filters choose, as a file. */
export function Export({ filter, disabled }: { filter: Filter; disabled: boolean }) {
  const [anchor, setAnchor] = useState<HTMLElement | null>(null)
  const [done, setDone] = useState<{ share: number; rows: number } | null>(null)
  const abort = useRef<AbortController | null>(null)
  const tell = useToast()
  useEffect(() => () => abort.current?.abort(), [])

  const act = async (format: Format) => {
    setAnchor(null)
    setDone({ share: 0, rows: 0 })
    const controller = new AbortController()
    abort.current = controller
    try {
      const rows = await collect(filter, (share, rows) => setDone({ share, rows }), controller.signal)
      const { type, write } = FORMATS[format]
      save(`docktor-decisions-${new Date().toISOString().slice(0, 10)}.${format}`, type, write(rows))
      const cut = rows.length >= MOST_ROWS ? '. It ends there: there may be older ones' : ''
      tell({ text: `${rows.length.toLocaleString('en')} decisions are in the file${cut}.` })
    } catch (error) {
      if (!controller.signal.aborted) tell({ text: `Not exported: ${said(error)}`, severity: 'error' })
    } finally {
      setDone(null)
    }
  }

  return (
    <>
      <Button
        size="small"
        variant="outlined"
        startIcon={<DownloadIcon />}
        aria-haspopup="menu"
        disabled={disabled || done !== null}
        onClick={(event) => setAnchor(event.currentTarget)}
      >
        Export
      </Button>
      <Menu anchorEl={anchor} open={anchor !== null} onClose={() => setAnchor(null)}>
        {Object.entries(FORMATS).map(([format, { label }]) => (
          <MenuItem key={format} onClick={() => void act(format as Format)}>
            {label}
          </MenuItem>
        ))}
      </Menu>
      <Dialog open={done !== null} maxWidth="xs" fullWidth aria-labelledby="export-title">
        <DialogTitle id="export-title">Collecting decisions</DialogTitle>
        <DialogContent>
          <LinearProgress
            variant="determinate"
            value={Math.min(100, (done?.share ?? 0) * 100)}
            aria-label="Collected so far"
          />
          <Typography variant="body2" sx={{ mt: 1 }}>
            {(done?.rows ?? 0).toLocaleString('en')} so far, {MOST_ROWS.toLocaleString('en')} at most
          </Typography>
        </DialogContent>
        <DialogActions>
          <Button size="small" onClick={() => abort.current?.abort()}>
            Cancel
          </Button>
        </DialogActions>
      </Dialog>
    </>
  )
}
