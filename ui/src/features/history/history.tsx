import { Typography } from '@mui/material'
import { Page } from '@/components/page'
import { Empty, Failed, Loading } from '@/components/states'
import { Export } from './export'
import { FilterBar } from './filter-bar'
import { useFilter } from './filters'
import { useRecord } from './record'
import { RecordTable } from './table'

/** Every decision on record. */
export function History() {
  const [filter, change] = useFilter()
  const { live, older, rows } = useRecord(filter)
  const filtered = Object.keys(filter).length > 0
  const more = older.hasNextPage || older.isFetching
  return (
    <Page
      title="History"
      subtitle="Every decision, and why it was made"
      actions={<Export filter={filter} disabled={rows.length === 0} />}
    >
      <FilterBar filter={filter} change={change} />
      {live.isError && (
        <Failed error={live.error} retry={() => void live.refetch()} what="The record could not be loaded" />
      )}
      {older.isError && (
        <Failed
          error={older.error}
          retry={() => void older.fetchNextPage()}
          what="Older decisions could not be loaded"
        />
      )}
      {live.isPending && <Loading rows={8} />}
      {live.isSuccess && rows.length === 0 && (
        <Empty title={filtered ? 'Nothing on record is like that' : 'Nothing was decided yet'}>
          {filtered
            ? 'Take away one of the filters.'
            : 'Decisions appear here as soon as Docktor changes a service, proposes to, or is kept from it.'}
        </Empty>
      )}
      {rows.length > 0 && (
        <>
          <Typography variant="body2" color="text.secondary" role="status" sx={{ '&&': { mb: -1.5 } }}>
            {rows.length.toLocaleString('en')} loaded{more ? '; scroll for older ones' : ', these are all'}
          </Typography>
          <RecordTable rows={rows} more={older} />
        </>
      )}
    </Page>
  )
}
