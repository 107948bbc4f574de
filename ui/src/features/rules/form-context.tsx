import { createContext, useContext } from 'react'
import type { Detail, Provider } from '@/api/types'
import type { Entry, Path, Value } from './entry'

/** What every field of the form reads and does. */
export interface RulesForm {
  entry: Entry
  project: string
  change: (path: Path, value: Value | undefined) => void
  fault: (path: string) => string | undefined
  /** What holds where the entry says nothing: `60 (default)`. */
  whence: (path: string) => string
  detail: Detail
  base: Entry
  providers: readonly Provider[]
  /** Names of metrics that a rule may go by. */
  names: readonly string[]
  readOnly: boolean
}

const FormContext = createContext<RulesForm | null>(null)

export const RulesFormProvider = FormContext.Provider

export function useForm(): RulesForm {
  const form = useContext(FormContext)
  if (!form) throw new Error('a field outside of the form')
  return form
}
