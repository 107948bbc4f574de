import { type Entry, get, isMap, listAt, type Path, set } from './entry'

const SIDES = ['scale_up_when', 'scale_down_when'] as const

/** The entry with one threshold changed, as the address asks for it: `?metric=cpu.avg&op=>&value=70`. */
export function preset(entry: Entry, params: URLSearchParams): Entry {
  const metric = params.get('metric')
  const value = Number(params.get('value'))
  if (!metric || !params.get('value') || !Number.isFinite(value)) return entry
  const op = params.get('op')
  const place = ruleWith(entry, metric, op) ?? ruleWith(entry, metric, null) ?? targetWith(entry, metric)
  if (place) return set(entry, place, value)
  if (!op) return entry
  const side = op.startsWith('<') ? 'scale_down_when' : 'scale_up_when'
  return set(entry, ['rules', side], [...listAt(entry, ['rules', side]), { metric, op, value }])
}

function ruleWith(entry: Entry, metric: string, op: string | null): Path | undefined {
  for (const side of SIDES) {
    const index = listAt(entry, ['rules', side]).findIndex(
      (rule) => isMap(rule) && rule.metric === metric && (op === null || rule.op === op),
    )
    if (index >= 0) return ['rules', side, index, 'value']
  }
  return undefined
}

const targetWith = (entry: Entry, metric: string): Path | undefined =>
  get(entry, ['target', 'metric']) === metric ? ['target', 'value'] : undefined
