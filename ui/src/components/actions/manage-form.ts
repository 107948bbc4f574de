/** What is asked before a service is managed, as typed, and the entry of docktor.yaml that it makes. */

export type Entry = Record<string, unknown>

export interface ManageForm {
  min: string
  max: string
  cpu: string
  ask: boolean
}

const CPU = 'cpu.avg'

function targetOf(entry: Entry): Entry {
  const { target } = entry
  return typeof target === 'object' && target !== null ? (target as Entry) : {}
}

const numberText = (value: unknown, otherwise: number): string =>
  String(typeof value === 'number' ? value : otherwise)

export function firstForm(entry: Entry): ManageForm {
  const target = targetOf(entry)
  return {
    min: numberText(entry.min_replicas, 1),
    max: numberText(entry.max_replicas, 10),
    cpu: numberText(target.metric === CPU ? target.value : undefined, 60),
    ask: entry.mode === 'review',
  }
}

export function faultOf({ min, max, cpu }: ManageForm): { field: keyof ManageForm; text: string } | null {
  if (!/^\d{1,4}$/.test(min)) return { field: 'min', text: 'At least: a whole number from 0.' }
  if (!/^\d{1,4}$/.test(max) || Number(max) < 1)
    return { field: 'max', text: 'At most: a whole number from 1.' }
  if (Number(max) < Number(min)) return { field: 'max', text: 'At most can’t be less than at least.' }
  if (!(Number(cpu) > 0 && Number(cpu) <= 100))
    return { field: 'cpu', text: 'CPU target: more than 0, up to 100 %.' }
  return null
}

export function toEntry(entry: Entry, { min, max, cpu, ask }: ManageForm): Entry {
  const { mode: _, ...rest } = entry
  return {
    ...rest,
    ...(ask ? { mode: 'review' } : {}),
    min_replicas: Number(min),
    max_replicas: Number(max),
    target: { ...targetOf(entry), metric: CPU, value: Number(cpu) },
  }
}

export const writtenWords = (service: string, { min, max, cpu, ask }: ManageForm, file: string): string =>
  `${service} is managed: ${min} to ${max} replicas, CPU around ${cpu} %${ask ? ', and you are asked first' : ''}. Written to ${file}.`
