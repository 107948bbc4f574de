import { useEffect, useRef, useState } from 'react'
import type { Approval } from '@/api/types'
import { useMay } from '@/components/actions/may'
import { useAnswer } from '@/components/answer'
import { type Command, commandOf, idsOf, stepFrom } from './desk'

export type Form = 'reject' | 'change'

export const cardId = (id: number): string => `proposal-${id}`

const focus = (id: number | null) => id !== null && document.getElementById(cardId(id))?.focus()

/** What a person is at: the proposal chosen, the form open in it, the ones under way, and the refusals. */
export function useDesk(waiting: readonly Approval[]) {
  const { approve, reject } = useAnswer()
  const { act: may } = useMay()
  const [chosen, choose] = useState<number | null>(null)
  const [form, setForm] = useState<{ id: number; kind: Form } | null>(null)
  const [busy, setBusy] = useState<ReadonlySet<number>>(new Set())
  const [refused, setRefused] = useState<ReadonlyMap<number, string>>(new Map())

  const answer = async ({ decision: { id } }: Approval, act: () => Promise<string | null>) => {
    setForm(null)
    setBusy((before) => new Set(before).add(id))
    const why = await act()
    setBusy((before) => new Set([...before].filter((one) => one !== id)))
    setRefused((before) => (why === null ? before : new Map(before).set(id, why)))
  }

  const desk = {
    may,
    chosen,
    choose,
    formOf: (id: number) => (form?.id === id ? form.kind : null),
    isBusy: (id: number) => busy.has(id),
    refusal: (id: number) => refused.get(id) ?? null,
    open: (id: number, kind: Form) => setForm({ id, kind }),
    close: (id: number) => {
      setForm(null)
      focus(id)
    },
    approve: (one: Approval, replicas?: number) => void answer(one, () => approve(one, replicas)),
    reject: (one: Approval, reason: string) => void answer(one, () => reject(one, reason)),
  }

  const run = (command: Command): void => {
    if (command === 'next' || command === 'previous') {
      focus(stepFrom(idsOf(waiting), chosen, command === 'next' ? 1 : -1))
      return
    }
    const one = waiting.find(({ decision }) => decision.id === chosen)
    if (!one || !may || busy.has(one.decision.id)) return
    if (command === 'approve') desk.approve(one)
    else desk.open(one.decision.id, command)
  }
  useKeys(run)
  useNextFocus(idsOf(waiting), chosen)
  return desk
}

export type Desk = ReturnType<typeof useDesk>

function useKeys(run: (command: Command) => void): void {
  const latest = useRef(run)
  useEffect(() => {
    latest.current = run
  })
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const command = commandOf(event)
      if (command === null) return
      event.preventDefault()
      latest.current(command)
    }
    document.addEventListener('keydown', onKey)
    return () => document.removeEventListener('keydown', onKey)
  }, [])
}

/** Whose card went away goes on with the one that took its place, or with the screen. */
function useNextFocus(ids: readonly number[], chosen: number | null): void {
  const place = useRef(-1)
  const at = chosen === null ? -1 : ids.indexOf(chosen)
  useEffect(() => {
    if (at >= 0) place.current = at
    else if (place.current >= 0 && document.activeElement === document.body) {
      const next = ids[Math.min(place.current, ids.length - 1)]
      if (next !== undefined) focus(next)
      else document.getElementById('content')?.focus()
      place.current = -1
    }
  }, [at, ids])
}
