import {
  Alert,
  Button,
  Dialog,
  DialogActions,
  DialogContent,
  DialogContentText,
  DialogTitle,
  Table,
  TableBody,
  TableCell,
  TableHead,
  TableRow,
  Typography,
} from '@mui/material'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { api, body } from '@/api/client'
import { said } from '@/api/problem'
import { Ago } from '@/components/ago'
import { Section } from '@/components/section'
import { Failed, Loading } from '@/components/states'
import { exact } from '@/lib/time'
import { AddToken } from './add-token'

const KEY = ['tokens']

/** Who may come in over TCP. For admins. */
export function Tokens() {
  const tokens = useQuery({
    queryKey: KEY,
    queryFn: ({ signal }) => body(api.GET('/api/tokens', { signal })),
  })
  const [going, setGoing] = useState<string | null>(null)
  return (
    <Section
      title="Tokens"
      help="With one of these a person or a program signs in. The owner's own is in the file named token in Docktor's home, and not listed here."
    >
      {tokens.isPending && <Loading rows={2} />}
      {tokens.isError && <Failed error={tokens.error} retry={tokens.refetch} what="Tokens can't be listed" />}
      {tokens.data?.length === 0 && <Typography variant="body2">There is none yet.</Typography>}
      {tokens.data && tokens.data.length > 0 && (
        <Table size="small">
          <TableHead>
            <TableRow>
              <TableCell>Name</TableCell>
              <TableCell>May</TableCell>
              <TableCell>Made</TableCell>
              <TableCell>Ends</TableCell>
              <TableCell>Remove</TableCell>
            </TableRow>
          </TableHead>
          <TableBody>
            {tokens.data.map((token) => (
              <TableRow key={token.name}>
                <TableCell component="th" scope="row">
                  {token.name}
                </TableCell>
                <TableCell>{token.role}</TableCell>
                <TableCell>
                  <Ago at={token.created} />
                </TableCell>
                <TableCell>{endOf(token.expires, token.expired)}</TableCell>
                <TableCell>
                  <Button
                    size="small"
                    aria-label={`Remove ${token.name}`}
                    onClick={() => setGoing(token.name)}
                  >
                    Remove
                  </Button>
                </TableCell>
              </TableRow>
            ))}
          </TableBody>
        </Table>
      )}
      <AddToken listKey={KEY} />
      {going && <RemoveDialog name={going} onClose={() => setGoing(null)} />}
    </Section>
  )
}

const endOf = (expires: string | null, expired: boolean) =>
  expires === null ? 'never' : expired ? 'is over' : exact(Date.parse(expires))

function RemoveDialog({ name, onClose }: { name: string; onClose: () => void }) {
  const client = useQueryClient()
  const remove = useMutation({
    mutationFn: () => body(api.DELETE('/api/tokens/{name}', { params: { path: { name } } })),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: KEY })
      onClose()
    },
  })
  return (
    <Dialog open onClose={onClose} aria-labelledby="remove-token">
      <DialogTitle id="remove-token">Remove the token {name}?</DialogTitle>
      <DialogContent>
        <DialogContentText>Who came in with it is signed out at once.</DialogContentText>
        {remove.isError && <Alert severity="error">{said(remove.error)}</Alert>}
      </DialogContent>
      <DialogActions>
        <Button onClick={onClose}>Keep it</Button>
        <Button variant="contained" color="error" disabled={remove.isPending} onClick={() => remove.mutate()}>
          Remove
        </Button>
      </DialogActions>
    </Dialog>
  )
}
