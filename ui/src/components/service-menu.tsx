import MoreIcon from '@mui/icons-material/MoreVert'
import { Divider, IconButton, Menu, MenuItem, Typography } from '@mui/material'
import { useState } from 'react'
import { useNavigate } from 'react-router'
import { useService } from '@/api/queries'
import type { Service } from '@/api/types'
import { useServiceActs } from './actions/acts'
import { ActionDialog, type Asked } from './actions/dialogs'
import { LOOKS_ONLY, useMay } from './actions/may'

/** The same as ServiceActions, behind one button: for a row of a table. */
export function ServiceMenu({ service }: { service: Service }) {
  const [anchor, setAnchor] = useState<HTMLElement | null>(null)
  const [asked, setAsked] = useState<Asked | null>(null)
  const close = () => setAnchor(null)
  return (
    <>
      <IconButton
        size="small"
        aria-label={`Actions for ${service.name}`}
        aria-haspopup="menu"
        onClick={(event) => setAnchor(event.currentTarget)}
      >
        <MoreIcon fontSize="small" />
      </IconButton>
      {anchor && <Actions service={service} anchor={anchor} close={close} ask={setAsked} />}
      <ActionDialog asked={asked} service={service} onClose={() => setAsked(null)} />
    </>
  )
}

function Actions({
  service,
  anchor,
  close,
  ask,
}: {
  service: Service
  anchor: HTMLElement
  close: () => void
  ask: (what: Asked) => void
}) {
  const acts = useServiceActs(service)
  const may = useMay()
  const go = useNavigate()
  const detail = useService(service.project, service.name)
  const held = detail.data ? detail.data.hold !== null : service.state === 'held'
  const then = (act: () => unknown) => () => {
    close()
    act()
  }
  const screen = `/s/${encodeURIComponent(service.project)}/${encodeURIComponent(service.name)}`
  return (
    <Menu anchorEl={anchor} open onClose={close} slotProps={{ list: { dense: true } }}>
      <MenuItem disabled={!may.act} onClick={then(() => ask('scale'))}>
        Scale by hand…
      </MenuItem>
      {held ? (
        <MenuItem disabled={!may.act} onClick={then(acts.resume)}>
          Resume
        </MenuItem>
      ) : (
        <MenuItem disabled={!may.act} onClick={then(() => ask('hold'))}>
          Hold…
        </MenuItem>
      )}
      <MenuItem disabled={!may.act} onClick={then(() => ask('mode'))}>
        Mode…
      </MenuItem>
      <MenuItem disabled={!may.act} onClick={then(acts.check)}>
        Check now
      </MenuItem>
      <Divider />
      <MenuItem onClick={then(() => go(screen))}>Open</MenuItem>
      <MenuItem onClick={then(() => go(`${screen}/rules`))}>Rules</MenuItem>
      {!may.act && (
        <Typography
          component="li"
          role="none"
          variant="caption"
          color="text.secondary"
          sx={{ px: 2, py: 0.5 }}
        >
          {LOOKS_ONLY}
        </Typography>
      )}
    </Menu>
  )
}
