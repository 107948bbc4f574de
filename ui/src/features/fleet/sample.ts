import type { Service } from '@/api/types'

/** A managed service as the API tells it, for tests. */
export const service = (some: Partial<Service>): Service => ({
  project: 'shop',
  name: 'web',
  kind: 'compose',
  managed: true,
  mode: 'auto',
  state: 'steady',
  reason: 'cpu.avg 50 is fine',
  replicas: 2,
  ready: 2,
  desired: 2,
  min: 1,
  max: 8,
  metrics: { 'cpu.avg': 50 },
  next_check_s: 9,
  unscalable: null,
  driving_metric: 'cpu.avg',
  ...some,
})
