import { describe, expect, it } from 'vitest'
import type { RuleFault } from '@/api/types'
import type { Entry } from './entry'
import { fieldPaths, placeFaults } from './faults'

const entry: Entry = {
  rules: { scale_up_when: [{ metric: 'cpu.avg', op: '=>' }] },
  queue: { kind: 'nats' },
  metrics: [{ name: 'p95', kind: 'prometheus' }],
}
const fields = fieldPaths(entry, { nats: ['url', 'password'], prometheus: ['url', 'query', 'headers'] })
const fault = (path: string, message = 'is wrong'): RuleFault => ({ path, message })
const placed = (...faults: RuleFault[]) => placeFaults(faults, fields)

describe('a fault', () => {
  it.each([
    'max_replicas',
    'rules.scale_up_when[0].op',
    'cooldown.down',
    'queue.password',
    'metrics[0].query',
    'metrics[0].name',
  ])('of %s is shown there', (path) => {
    const { at, rest } = placed(fault(path))
    expect([...at]).toEqual([[path, 'is wrong']])
    expect(rest).toEqual([])
  })

  it.each([
    ['rules.scale_up_when[7].op', 'rules.scale_up_when', '[7].op: is wrong'],
    ['queue.strem', 'queue', 'strem: is wrong'],
    ['metrics[0].headers.Accept', 'metrics[0].headers', 'Accept: is wrong'],
    ['target.colour', 'target', 'colour: is wrong'],
  ])('of %s, which has no field, is shown at %s', (path, near, words) => {
    expect([...placed(fault(path)).at]).toEqual([[near, words]])
  })

  it.each(['', 'colour', 'services[3].name', 'queued', '[0]', '..', 'a[b'])(
    'of %j is shown on top',
    (path) => {
      const { at, rest } = placed(fault(path))
      expect(at.size).toBe(0)
      expect(rest).toHaveLength(1)
    },
  )

  it('shares a field with others', () => {
    const { at } = placed(fault('max_replicas', 'too few'), fault('max_replicas', 'below the fewest'))
    expect(at.get('max_replicas')).toBe('too few; below the fewest')
  })
})
