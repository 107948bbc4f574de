import type { Service } from '@/api/types'
import { HoldDialog } from './hold-dialog'
import { ModeDialog } from './mode-dialog'
import { ScaleDialog } from './scale-dialog'

export type Asked = 'scale' | 'hold' | 'mode'

const DIALOGS = { scale: ScaleDialog, hold: HoldDialog, mode: ModeDialog }

export function ActionDialog({
  asked,
  service,
  onClose,
}: {
  asked: Asked | null
  service: Service
  onClose: () => void
}) {
  if (asked === null) return null
  const Dialog = DIALOGS[asked]
  return <Dialog service={service} onClose={onClose} />
}
