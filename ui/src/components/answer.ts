/** A person's answer to a proposal: done, told, and taken back if they think again. */
import { api, body } from '@/api/client'
import { said } from '@/api/problem'
import { useAct, useScale } from '@/api/queries'
import type { Approval } from '@/api/types'
import { useToast } from '@/components/toast'
import { count } from '@/lib/format'
import { scaled } from './actions/acts'

interface Answer {
  id: number
  verdict: 'approve' | 'reject' | 'modify'
  replicas?: number
  reason: string
}

/** Both answer `null`, or a sentence that says why it was not done. */
export function useAnswer() {
  const tell = useToast()
  const scale = useScale()
  const answer = useAct(({ id, ...what }: Answer) =>
    body(api.POST('/api/approvals/{decision_id}', { params: { path: { decision_id: id } }, body: what })),
  )

  const refused = (service: string) => (error: unknown) => {
    tell({ severity: 'warning', text: `${service} stays as it is: ${said(error)}` })
    return said(error)
  }

  const approve = ({ decision }: Approval, replicas = decision.target_replicas): Promise<string | null> => {
    const { id, project, service, current_replicas: before, target_replicas: proposed } = decision
    const other = replicas !== proposed
    const doing = answer.mutateAsync({
      id,
      reason: '',
      ...(other ? { verdict: 'modify', replicas } : { verdict: 'approve' }),
    })
    let undone = false
    // The engine is let finish first: half a change is nothing to go back from.
    const undo = async () => {
      undone = true
      try {
        await doing
        await scale.mutateAsync({ project, service, replicas: before, reason: 'undone' })
        tell({ text: `${service} has ${count(before, 'replica')} again.` })
      } catch (error) {
        tell({ severity: 'error', text: `${service} could not be set back: ${said(error)}` })
      }
    }
    tell({
      severity: 'info',
      text: `${service}: from ${before} to ${replicas}, at work.`,
      action: { label: 'Undo', act: () => void undo() },
    })
    return doing.then((decision) => {
      if (!undone) tell(scaled(decision, () => void undo()))
      return null
    }, refused(service))
  }

  const reject = ({ decision }: Approval, reason: string): Promise<string | null> =>
    answer.mutateAsync({ id: decision.id, verdict: 'reject', reason }).then(() => {
      tell({ text: `${decision.service} stays at ${count(decision.current_replicas, 'replica')}.` })
      return null
    }, refused(decision.service))

  return { approve, reject }
}
