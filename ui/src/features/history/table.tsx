import { Box } from '@mui/material'
import { memo, useEffect, useRef } from 'react'
import { Link, useNavigate } from 'react-router'
import type { Decision } from '@/api/types'
import { useNow } from '@/components/ago'
import { change, MARKS, markOf, phaseWords, SOURCES } from '@/lib/decisions'
import { ago, exact } from '@/lib/time'
import { ROW_PX, useWindow } from './window'

const WIDTHS = [104, 160, 124, undefined, 104, 104] as const
const AHEAD = 200

interface More {
  hasNextPage: boolean
  isFetching: boolean
  isError: boolean
  fetchNextPage: () => unknown
}

/** Rows as if all were there; those out of sight are not on the page. */
export function RecordTable({ rows, more }: { rows: readonly Decision[]; more: More }) {
  const box = useRef<HTMLDivElement>(null)
  const now = useNow(10_000)
  const { first, end } = useWindow(box, rows.length)
  const { hasNextPage, isFetching, isError, fetchNextPage } = more
  const wanted = end + AHEAD > rows.length && hasNextPage && !isFetching && !isError
  useEffect(() => {
    if (wanted) void fetchNextPage()
  }, [wanted, fetchNextPage])
  return (
    <Box ref={box} tabIndex={0} role="region" aria-label="Decisions" sx={BOX}>
      <Box component="table" aria-rowcount={rows.length + 1} sx={TABLE}>
        <colgroup>
          {WIDTHS.map((width, at) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: columns never move
            <col key={at} style={width ? { width } : {}} />
          ))}
        </colgroup>
        <thead>
          <tr aria-rowindex={1}>
            <th scope="col">When</th>
            <th scope="col">Service</th>
            <th scope="col">Replicas</th>
            <th scope="col">Because</th>
            <th scope="col">Asked by</th>
            <th scope="col">Result</th>
          </tr>
        </thead>
        <tbody>
          <Unseen rows={first} />
          {rows.slice(first, end).map((decision, at) => (
            <Row key={decision.id} decision={decision} index={first + at + 2} when={whenOf(decision, now)} />
          ))}
          <Unseen rows={rows.length - end} />
        </tbody>
      </Box>
    </Box>
  )
}

const BOX = {
  height: 'max(360px, calc(100vh - 330px))',
  overflow: 'auto',
  border: 1,
  borderColor: 'divider',
  borderRadius: 1,
  bgcolor: 'background.paper',
} as const

const TABLE = {
  width: 1,
  minWidth: 800,
  tableLayout: 'fixed',
  borderCollapse: 'separate',
  borderSpacing: 0,
  fontSize: '0.875rem',
  '& th, & td': {
    textAlign: 'left',
    px: 2,
    py: 0,
    overflow: 'hidden',
    textOverflow: 'ellipsis',
    whiteSpace: 'nowrap',
    borderBottom: 1,
    borderColor: 'divider',
  },
  '& tr:not([aria-hidden])': { height: ROW_PX },
  '& th': { position: 'sticky', top: 0, zIndex: 1, bgcolor: 'background.paper', fontWeight: 600 },
  '& a': { color: 'primary.main' },
  '& small': { fontSize: 'inherit', color: 'text.secondary' },
  '& .failed': { color: 'error.main' },
  '& tbody tr:not([aria-hidden])': { cursor: 'pointer' },
  '& tbody tr:not([aria-hidden]):hover': { bgcolor: 'action.hover' },
} as const

const whenOf = ({ timestamp }: Decision, now: number) => {
  const at = Date.parse(timestamp)
  return ago(at, Math.max(now, at))
}

/** The room of rows that are not on the page now. */
function Unseen({ rows }: { rows: number }) {
  if (rows <= 0) return null
  return (
    <tr aria-hidden>
      <td colSpan={WIDTHS.length} style={{ height: rows * ROW_PX, border: 0, padding: 0 }} />
    </tr>
  )
}

/** Plain elements, styled by the table: some twenty of these come and go with every frame of a fast scroll. */
const Row = memo(function Row({
  decision,
  index,
  when,
}: {
  decision: Decision
  index: number
  when: string
}) {
  const navigate = useNavigate()
  const to = `/decisions/${decision.id}`
  return (
    <tr aria-rowindex={index} onClick={() => navigate(to)}>
      <td title={exact(Date.parse(decision.timestamp))}>
        <time dateTime={decision.timestamp}>{when}</time>
      </td>
      <td title={`${decision.project}/${decision.service}`}>
        {decision.service} <small>{decision.project}</small>
      </td>
      <td>
        <Link to={to} onClick={(event) => event.stopPropagation()}>
          <span aria-hidden>{MARKS[markOf(decision)].sign}</span> {change(decision)}
        </Link>
      </td>
      <td title={decision.reason}>{decision.reason}</td>
      <td>{SOURCES[decision.source] ?? decision.source}</td>
      <td className={decision.phase}>{phaseWords(decision)}</td>
    </tr>
  )
})
