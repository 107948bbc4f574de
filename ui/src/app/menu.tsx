import PersonIcon from '@mui/icons-material/PersonOutline'
import { IconButton, MenuItem, Menu as Sheet, Typography } from '@mui/material'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { api } from '@/api/client'
import { showDoor, useSession } from '@/api/queries'
import { insideDesktop } from '@/api/transport'

/** Who is signed in, and the way out. Inside Docker Desktop nobody signs in. */
export function Menu() {
  const [anchor, setAnchor] = useState<HTMLElement | null>(null)
  const client = useQueryClient()
  const session = useSession()
  const leave = useMutation({
    mutationFn: () => api.DELETE('/api/session'),
    onSettled: () => showDoor(client),
  })
  if (insideDesktop() || !session.data) return null
  return (
    <>
      <IconButton aria-label="Your session" onClick={(event) => setAnchor(event.currentTarget)}>
        <PersonIcon />
      </IconButton>
      <Sheet anchorEl={anchor} open={anchor !== null} onClose={() => setAnchor(null)}>
        <Typography sx={{ px: 2, pb: 1 }} color="text.secondary">
          {session.data.name}, {session.data.role}
        </Typography>
        <MenuItem onClick={() => leave.mutate()}>Sign out</MenuItem>
      </Sheet>
    </>
  )
}
