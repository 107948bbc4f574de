import { Alert, type AlertColor, Button, Snackbar } from '@mui/material'
import { createContext, type PropsWithChildren, useCallback, useContext, useState } from 'react'

export interface Toast {
  text: string
  severity?: AlertColor
  /** What can be done about it, on a button: "Undo". */
  action?: { label: string; act: () => void }
}

const ToastContext = createContext<(toast: Toast) => void>(() => undefined)

/** `const tell = useToast()`; `tell({ text })` shows it for some seconds at the page's foot. */
export const useToast = () => useContext(ToastContext)

const SHOWN_MS = 8_000

export function ToastProvider({ children }: PropsWithChildren) {
  const [toast, setToast] = useState<(Toast & { key: number }) | null>(null)
  const tell = useCallback((next: Toast) => setToast({ ...next, key: Date.now() }), [])
  const close = () => setToast(null)
  return (
    <ToastContext.Provider value={tell}>
      {children}
      <Snackbar
        key={toast?.key}
        open={toast !== null}
        autoHideDuration={SHOWN_MS}
        onClose={(_, why) => why !== 'clickaway' && close()}
        anchorOrigin={{ vertical: 'bottom', horizontal: 'center' }}
      >
        <Alert
          severity={toast?.severity ?? 'success'}
          onClose={close}
          action={toast?.action && <Act toast={toast} close={close} />}
        >
          {toast?.text}
        </Alert>
      </Snackbar>
    </ToastContext.Provider>
  )
}

function Act({ toast, close }: { toast: Toast; close: () => void }) {
  return (
    <Button
      color="inherit"
      size="small"
      onClick={() => {
        toast.action?.act()
        close()
      }}
    >
      {toast.action?.label}
    </Button>
  )
}
