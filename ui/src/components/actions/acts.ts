/** What a person did about a service, told at the page's foot, and how it is taken back. */
import { api, body } from '@/api/client'
import { said } from '@/api/problem'
import { type ServiceName, useAct, useCheck, useHold, useResume, useScale } from '@/api/queries'
import type { Decision, Service } from '@/api/types'
import { type Toast, useToast } from '@/components/toast'
import { count } from '@/lib/format'
import { modeLabel, stateWords } from '@/lib/words'
import { type Modes, modeBody, modesOf } from './modes'
import { clockTime } from './times'

const useMode = () =>
  useAct(({ modes, ...name }: ServiceName & { modes: Modes }) =>
    body(
      api.POST('/api/projects/{project}/services/{service}/mode', {
        params: { path: name },
        body: { mode: modeBody(modes) },
      }),
    ),
  )

/** A toast for what came of a scale; `undo` only where something was done. */
export function scaled(decision: Decision, undo: () => void): Toast {
  const { service, current_replicas: before, target_replicas: after } = decision
  if (decision.phase === 'failed') {
    return { severity: 'error', text: `${service} could not be scaled: ${decision.error ?? decision.reason}` }
  }
  if (before === after)
    return { text: `${service} had ${count(after, 'replica')} already.`, severity: 'info' }
  return {
    text: `${service} has ${count(after, 'replica')}, and had ${before}.`,
    action: { label: 'Undo', act: undo },
  }
}

/** Each answers a promise that fails with what stopped it. */
export function useServiceActs(service: Service) {
  const tell = useToast()
  const [scale, hold, resume, mode, check] = [useScale(), useHold(), useResume(), useMode(), useCheck()]
  const name = { project: service.project, service: service.name }
  const failed = (error: unknown) => tell({ severity: 'error', text: `${service.name}: ${said(error)}` })

  const scaleBack = (replicas: number) =>
    void scale
      .mutateAsync({ ...name, replicas, reason: 'undone' })
      .then(() => tell({ text: `${service.name} has ${count(replicas, 'replica')} again.` }), failed)

  const end = async () => {
    await resume.mutateAsync(name)
    tell({ text: `${service.name} is no longer held.` })
  }

  const setMode = async (modes: Modes) => {
    const before = modesOf(service.mode)
    const { service: now } = await mode.mutateAsync({ ...name, modes })
    const back = () =>
      void mode
        .mutateAsync({ ...name, modes: before })
        .then((then) => tell({ text: `${service.name}: ${modeLabel(then.service.mode)} again.` }), failed)
    tell({ text: `${service.name}: ${modeLabel(now.mode)}.`, action: { label: 'Undo', act: back } })
  }

  return {
    scale: async (replicas: number, reason: string) => {
      const decision = await scale.mutateAsync({ ...name, replicas, reason })
      tell(scaled(decision, () => scaleBack(decision.current_replicas)))
    },
    hold: async (minutes: number, reason: string) => {
      const { hold: held } = await hold.mutateAsync({ ...name, minutes, reason })
      const until = held ? ` until ${clockTime(new Date(held.until), new Date())}` : ''
      const undo = () => void end().catch(failed)
      tell({ text: `${service.name} is held${until}.`, action: { label: 'Undo', act: undo } })
    },
    resume: () => end().catch(failed),
    setMode,
    check: async () => {
      try {
        const { service: now } = await check.mutateAsync(name)
        tell({ severity: 'info', text: `${now.name}: ${stateWords(now.state).label}. ${now.reason}` })
      } catch (error) {
        failed(error)
      }
    },
    checking: check.isPending,
  }
}
