/** The names of metrics as people say them, and their values with units. */
import { metricValue } from './format'

const STATS: Readonly<Record<string, string>> = { avg: 'average', min: 'lowest', max: 'highest' }

const FAMILIES: Readonly<Record<string, string>> = {
  cpu: 'CPU',
  memory: 'Memory',
  'network.rx': 'Network in',
  'network.tx': 'Network out',
}

const NAMES: Readonly<Record<string, { label: string; unit: string }>> = {
  'cpu.cores': { label: 'CPU of all replicas', unit: 'cores' },
  'cpu.throttled': { label: 'CPU throttled', unit: '%' },
  'memory.bytes': { label: 'Memory of all replicas', unit: '' },
  'health.unhealthy': { label: 'Unhealthy', unit: 'replicas' },
  'health.restarts': { label: 'Restarts', unit: '' },
  'health.oom': { label: 'Killed for lack of memory', unit: '' },
  'forecast.replicas': { label: 'Foreseen at most', unit: 'replicas' },
  'replicas.ready': { label: 'Ready', unit: 'replicas' },
  replicas: { label: 'Actual', unit: 'replicas' },
  desired: { label: 'Desired', unit: 'replicas' },
  'queue.backlog': { label: 'Queue backlog', unit: 'messages' },
  'queue.lag': { label: 'Queue lag', unit: 'messages' },
  'queue.rate_in': { label: 'Queue, arriving', unit: 'messages/s' },
  'queue.rate_out': { label: 'Queue, worked off', unit: 'messages/s' },
}

/** `CPU, average` for `cpu.avg`; a person's own metric keeps its name. */
export function metricLabel(metric: string): string {
  const known = NAMES[metric]
  if (known) return known.label
  const at = metric.lastIndexOf('.')
  const family = FAMILIES[metric.slice(0, at)]
  const stat = STATS[metric.slice(at + 1)]
  return family && stat ? `${family}, ${stat}` : metric
}

/** `82 %`, `1.2 MB/s`, `731 messages`; unknown is a dash. */
export function measured(metric: string, value: number | null | undefined): string {
  const text = metricValue(metric, value)
  const unit = NAMES[metric]?.unit
  if (!unit || text === '–') return text
  return `${text} ${value === 1 ? unit.replace(/s$/, '') : unit}`
}
