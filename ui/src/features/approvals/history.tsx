import {
  Link as Anchor,
  Button,
  FormControlLabel,
  Paper,
  Stack,
  Switch,
  Table,
  TableBody,
  TableCell,
  TableContainer,
  TableHead,
  TableRow,
  Typography,
} from '@mui/material'
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query'
import { memo, useMemo, useState } from 'react'
import { Link } from 'react-router'
import { api, body } from '@/api/client'
import type { Decision } from '@/api/types'
import { Ago } from '@/components/ago'
import { Failed, Loading } from '@/components/states'
import { type Answered, answeredOf } from './desk'

const PAGE = 100
const AT_WORK_MS = 2_000

const atWork = ({ approval, phase }: Decision): boolean =>
  approval?.state === 'approved' && phase === 'intended'

/** Asked anew when another set of proposals waits, not with every decision: the rest does not concern it. */
const useAnswered = (waiting: readonly number[]) =>
  useInfiniteQuery({
    queryKey: ['answered', waiting],
    initialPageParam: undefined as number | undefined,
    queryFn: ({ pageParam, signal }) =>
      body(
        api.GET('/api/decisions', {
          params: { query: { limit: PAGE, ...(pageParam !== undefined && { before: pageParam }) } },
          signal,
        }),
      ),
    getNextPageParam: (page) => (page.length === PAGE ? page.at(-1)?.id : undefined),
    refetchInterval: ({ state }) => (state.data?.pages.flat().some(atWork) ? AT_WORK_MS : false),
    placeholderData: keepPreviousData,
  })

export function AnsweredHistory({ waiting }: { waiting: readonly number[] }) {
  const answered = useAnswered(waiting)
  const [all, setAll] = useState(false)
  const decisions = useMemo(() => answered.data?.pages.flat() ?? [], [answered.data])
  const found = useMemo(
    () => decisions.map(answeredOf).filter((one): one is Answered => one !== null),
    [decisions],
  )
  const shown = all ? found : found.filter((one) => one.state !== 'superseded')
  return (
    <Stack component="section" spacing={1} aria-labelledby="answered">
      <Stack direction="row" justifyContent="space-between" alignItems="center">
        <Typography variant="h2" id="answered">
          Answered
        </Typography>
        <FormControlLabel
          control={<Switch size="small" checked={all} onChange={(_, checked) => setAll(checked)} />}
          label="Also those not wanted any more"
          slotProps={{ typography: { variant: 'body2' } }}
        />
      </Stack>
      {answered.isPending && <Loading rows={2} label="Loading what was answered" />}
      {answered.isError && (
        <Failed
          error={answered.error}
          retry={() => void answered.refetch()}
          what="What was answered could not be read"
        />
      )}
      {shown.length > 0 && <Rows answered={shown} />}
      {answered.isSuccess && (
        <Stack direction="row" spacing={2} alignItems="center">
          <Typography variant="body2" color="text.secondary">
            {foundWords(shown.length, answered.hasNextPage ? decisions.length : null)}
          </Typography>
          {answered.hasNextPage && (
            <Button
              size="small"
              disabled={answered.isFetchingNextPage}
              onClick={() => void answered.fetchNextPage()}
            >
              Look further back
            </Button>
          )}
        </Stack>
      )}
    </Stack>
  )
}

/** `looked`: how many decisions were looked through; `null` for all of them. */
const foundWords = (found: number, looked: number | null): string => {
  if (looked === null) return found === 0 ? 'No proposal has been answered yet.' : 'These are all on record.'
  const where = `among the last ${looked} decisions`
  return found === 0 ? `No answered proposal is ${where}.` : `These are all ${where}.`
}

const Rows = memo(function Rows({ answered }: { answered: readonly Answered[] }) {
  return (
    <TableContainer
      component={Paper}
      variant="outlined"
      tabIndex={0}
      role="region"
      aria-label="Answered proposals"
    >
      <Table size="small" sx={{ '& td': { verticalAlign: 'top' } }}>
        <TableHead>
          <TableRow>
            {['When', 'Proposal', 'Answer', 'What came of it', 'Reason'].map((name) => (
              <TableCell key={name}>{name}</TableCell>
            ))}
          </TableRow>
        </TableHead>
        <TableBody>
          {answered.map((one) => (
            <TableRow key={one.id}>
              <TableCell sx={{ whiteSpace: 'nowrap' }}>
                <Ago at={one.at} />
              </TableCell>
              <TableCell sx={{ whiteSpace: 'nowrap' }}>
                <Anchor component={Link} to={`/decisions/${one.id}`}>
                  {one.service} {one.change}
                </Anchor>
              </TableCell>
              <TableCell sx={{ whiteSpace: 'nowrap' }}>
                {one.answer}
                {one.by && <Typography variant="caption"> by {one.by}</Typography>}
              </TableCell>
              <TableCell sx={{ color: one.failed ? 'error.main' : undefined }}>{one.came}</TableCell>
              <TableCell sx={{ color: 'text.secondary' }}>{one.wanted}</TableCell>
            </TableRow>
          ))}
        </TableBody>
      </Table>
    </TableContainer>
  )
})
