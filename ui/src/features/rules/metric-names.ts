import type { Detail } from '@/api/types'
import { type Entry, isMap, listAt } from './entry'

const QUEUE = ['queue.backlog', 'queue.lag', 'queue.rate_in', 'queue.rate_out']
const BUILT_IN = [
  ...[
    'cpu.avg',
    'cpu.max',
    'cpu.min',
    'cpu.cores',
    'cpu.throttled',
    'memory.avg',
    'memory.max',
    'memory.min',
  ],
  ...['memory.bytes', 'network.rx.avg', 'network.rx.max', 'network.tx.avg', 'network.tx.max'],
  ...['health.unhealthy', 'health.restarts', 'health.oom', 'replicas.ready'],
]

/** What a rule may go by: what is measured now, what its queue would give, and numbers of one's own. */
export function metricNames(detail: Detail, entry: Entry): string[] {
  const own = listAt(entry, ['metrics']).flatMap((one) =>
    isMap(one) && typeof one.name === 'string' && one.name ? [one.name] : [],
  )
  const queue = isMap(entry.queue) ? QUEUE : []
  return [...new Set([...own, ...queue, ...BUILT_IN, ...Object.keys(detail.service.metrics)])]
}
