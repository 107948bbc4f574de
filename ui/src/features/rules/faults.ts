/** Which field a fault belongs to. */
import type { RuleFault } from '@/api/types'
import { type Entry, isMap, listAt, spell } from './entry'

/** Every fault beside the field it is about, and those that are about none. */
export interface Placed {
  at: ReadonlyMap<string, string>
  rest: readonly RuleFault[]
}

const SIMPLE = [
  ...['mode', 'min_replicas', 'max_replicas', 'scale_up_by', 'scale_down_by', 'max_step.up', 'max_step.down'],
  ...['rules', 'rules.scale_up_when', 'rules.scale_down_when', 'target', 'target.metric', 'target.value'],
  ...['target.tolerance', 'cooldown.up', 'cooldown.down', 'cooldown.zero', 'stabilization.up'],
  ...['stabilization.down', 'check_interval', 'metrics_window', 'approval_expires', 'activation'],
  ...['fallback_replicas', 'forecast', 'forecast.enabled', 'forecast.horizon', 'queue', 'metrics'],
  ...['prefer', 'price'],
]
const OF_SOURCE = ['kind', 'timeout', 'name', 'number']

/** The places that the form shows a fault at. `options`: names of the settings of each kind of source. */
export function fieldPaths(entry: Entry, options: Readonly<Record<string, readonly string[]>>): Set<string> {
  const paths = new Set(SIMPLE)
  for (const side of ['scale_up_when', 'scale_down_when']) {
    listAt(entry, ['rules', side]).forEach((_, index) => {
      for (const name of ['metric', 'op', 'value']) paths.add(spell(['rules', side, index, name]))
    })
  }
  const addSource = (at: string, block: unknown) => {
    const kind = isMap(block) && typeof block.kind === 'string' ? block.kind : ''
    paths.add(at)
    for (const name of [...OF_SOURCE, ...(options[kind] ?? [])]) paths.add(`${at}.${name}`)
  }
  if (entry.queue) addSource('queue', entry.queue)
  listAt(entry, ['metrics']).forEach((block, index) => {
    addSource(`metrics[${index}]`, block)
  })
  return paths
}

/** A fault is shown at its own place, else at the nearest one around it that the form has, else on top. */
export function placeFaults(faults: readonly RuleFault[], fields: ReadonlySet<string>): Placed {
  const at = new Map<string, string>()
  const rest: RuleFault[] = []
  for (const fault of faults) {
    const field = around(fault.path).find((path) => fields.has(path))
    if (field === undefined) rest.push(fault)
    else {
      const inner = fault.path.slice(field.length).replace(/^\./, '')
      const text = inner ? `${inner}: ${fault.message}` : fault.message
      at.set(field, at.has(field) ? `${at.get(field)}; ${text}` : text)
    }
  }
  return { at, rest }
}

/** The place, and what is around it, from near to far. */
function around(path: string): string[] {
  const found: string[] = []
  for (let left = path; left; left = left.replace(/(\.[^.[\]]*|\[\d+\]|^[^.[\]]+)$/, '')) {
    if (found.at(-1) === left) break
    found.push(left)
  }
  return found
}
