import { Button, Stack, Tooltip } from '@mui/material'
import { useState } from 'react'
import { useService } from '@/api/queries'
import type { Service } from '@/api/types'
import { useServiceActs } from './actions/acts'
import { ActionDialog, type Asked } from './actions/dialogs'
import { ManageButton } from './actions/manage'
import { LOOKS_ONLY, useMay } from './actions/may'

/** What a person may do about a service: scale, hold or resume, mode, check now. */
export function ServiceActions({ service }: { service: Service }) {
  const [asked, setAsked] = useState<Asked | null>(null)
  const acts = useServiceActs(service)
  const may = useMay()
  const detail = useService(service.project, service.name)
  if (!service.managed) return service.unscalable === null ? <ManageButton service={service} /> : null
  const common = { size: 'small', variant: 'outlined', disabled: !may.act } as const
  return (
    <>
      <Tooltip describeChild title={may.act ? '' : LOOKS_ONLY}>
        <Stack direction="row" spacing={1}>
          {detail.data?.hold ? (
            <Button {...common} onClick={acts.resume}>
              Resume
            </Button>
          ) : (
            <Button {...common} onClick={() => setAsked('hold')}>
              Hold
            </Button>
          )}
          <Button {...common} onClick={() => setAsked('mode')}>
            Mode
          </Button>
          <Button {...common} onClick={acts.check} disabled={!may.act || acts.checking}>
            Check now
          </Button>
          <Button {...common} variant="contained" onClick={() => setAsked('scale')}>
            Scale
          </Button>
        </Stack>
      </Tooltip>
      <ActionDialog asked={asked} service={service} onClose={() => setAsked(null)} />
    </>
  )
}
