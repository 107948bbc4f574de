import type { Decision } from '@/api/types'

/** A decision as the API tells it, for tests. */
export const decision = (some: Partial<Decision> = {}): Decision => ({
  id: 7,
  timestamp: '2026-03-01T12:00:00Z',
  iteration: 1,
  project: 'shop',
  service: 'web',
  action: 'scale_up',
  current_replicas: 2,
  target_replicas: 4,
  reason: 'cpu.avg 81 > 75',
  avg_cpu: 81,
  observations: {},
  rules: [],
  limits: [],
  source: 'rules',
  phase: 'done',
  metadata: {},
  approval: { state: 'approved', by: 'person', at: '2026-03-01T12:03:00Z' },
  ...some,
})
