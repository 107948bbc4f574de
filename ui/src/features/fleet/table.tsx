import FoldedIcon from '@mui/icons-material/ChevronRight'
import ExpandIcon from '@mui/icons-material/ExpandMore'
import {
  Button,
  Paper,
  Table,
  TableBody,
  TableCell,
  TableContainer,
  TableHead,
  TableRow,
  Typography,
} from '@mui/material'
import { visuallyHidden } from '@mui/utils'
import { memo, startTransition, useCallback, useEffect, useState } from 'react'
import { count } from '@/lib/format'
import { type Group, keyOf, portions } from './groups'
import { ServiceRow } from './row'

const COLUMNS: readonly { name: string; width?: string }[] = [
  { name: 'Service' },
  { name: 'Replicas', width: '10%' },
  { name: 'Driven by' },
  { name: 'State', width: '26%' },
  { name: 'Mode' },
  { name: 'Last decision', width: '26%' },
  { name: 'Next check' },
]

const KINDS: Readonly<Record<string, string>> = { compose: 'Compose', swarm: 'Swarm', simulated: 'simulated' }

/** More than fit on a screen. What is below comes while the page already heeds its user. */
const AT_ONCE = 16

export function FleetTable({ groups }: { groups: readonly Group[] }) {
  const [whole, setWhole] = useState(false)
  useEffect(() => startTransition(() => setWhole(true)), [])
  const rows = portions(groups, whole ? Number.POSITIVE_INFINITY : AT_ONCE)
  return (
    <TableContainer component={Paper} variant="outlined" tabIndex={0} role="region" aria-label="Services">
      <Table
        size="small"
        sx={{ '& td, & th': { px: 1 }, '& tbody td, & tbody th': { verticalAlign: 'top' } }}
      >
        <Columns />
        {groups.map((group, at) => (
          <ProjectRows key={group.name} group={group} most={rows[at] ?? 0} />
        ))}
      </Table>
    </TableContainer>
  )
}

const Columns = memo(function Columns() {
  return (
    <TableHead>
      <TableRow>
        {COLUMNS.map(({ name, width }) => (
          <TableCell key={name} {...(width && { width })} sx={{ lineHeight: 1.3 }}>
            {name}
          </TableCell>
        ))}
        <TableCell>
          <span style={visuallyHidden}>Actions</span>
        </TableCell>
      </TableRow>
    </TableHead>
  )
})

function ProjectRows({ group, most }: { group: Group; most: number }) {
  const [open, setOpen] = useState(true)
  const turn = useCallback(() => setOpen((before) => !before), [])
  return (
    <TableBody>
      <ProjectHead name={group.name} words={describe(group)} open={open} turn={turn} />
      {open &&
        group.services.slice(0, most).map((service) => <ServiceRow key={keyOf(service)} service={service} />)}
    </TableBody>
  )
}

const ProjectHead = memo(function ProjectHead({
  name,
  words,
  open,
  turn,
}: {
  name: string
  words: string
  open: boolean
  turn: () => void
}) {
  return (
    <TableRow sx={{ bgcolor: 'action.hover' }}>
      <TableCell component="th" scope="rowgroup" colSpan={COLUMNS.length + 1} sx={{ py: 0.25 }}>
        <Button
          size="small"
          color="inherit"
          aria-expanded={open}
          startIcon={open ? <ExpandIcon /> : <FoldedIcon />}
          onClick={turn}
        >
          <Typography component="span" fontWeight={600}>
            {name}
          </Typography>
          <Typography component="span" variant="body2" color="text.secondary" sx={{ ml: 1 }}>
            {words}
          </Typography>
        </Button>
      </TableCell>
    </TableRow>
  )
})

function describe({ kind, services, managed, hidden }: Group): string {
  const shown = `${KINDS[kind] ?? kind} · ${count(services.length + hidden, 'service')}, ${managed} managed`
  return hidden > 0 ? `${shown}, ${hidden} not shown` : shown
}
