import { useState } from 'react'
import { type Entry, type Path, same, set, tidy, type Value } from './entry'

export interface Draft {
  entry: Entry
  /** The YAML as it was last seen; what changed since is in the entry alone. */
  text: string | null
  /** Why the text can't be read; the entry is then the one from before. */
  fault: { line: number; message: string } | null
}

/** The one document that form and YAML show, beside what docktor.yaml says. */
export function useDraft(written: Entry, first: (entry: Entry) => Entry) {
  const [base, setBase] = useState(written)
  const [draft, setDraft] = useState<Draft>(() => ({ entry: first(written), text: null, fault: null }))
  const dirty = draft.fault !== null || !same(draft.entry, base)
  const restart = (entry: Entry) => {
    setBase(entry)
    setDraft({ entry, text: null, fault: null })
  }
  const elsewhere = !same(written, base)
  if (elsewhere && !dirty) restart(written)
  return {
    base,
    draft,
    dirty,
    /** docktor.yaml was changed by somebody else meanwhile. */
    elsewhere: elsewhere && dirty,
    setDraft,
    restart,
    change: (path: Path, value: Value | undefined) =>
      setDraft((now) => ({ ...now, entry: tidy(set(now.entry, path, value)) })),
  }
}
