import { describe, expect, it } from 'vitest'
import type { Project, Service } from '@/api/types'
import { firstSteps } from './steps'

const service = (name: string, more: Partial<Service>): Service =>
  ({ project: 'shop', name, managed: false, unscalable: null, ...more }) as Service
const shop = (...services: Service[]): Project => ({ name: 'shop', kind: 'compose', services }) as Project

describe('the first steps', () => {
  it('begin with nothing', () => {
    expect(firstSteps(false, [])).toEqual({ engine: false, project: null, candidates: [] })
  })

  it('name what could be managed', () => {
    const { project, candidates } = firstSteps(true, [
      shop(
        service('web', {}),
        service('db', { unscalable: 'a fixed port' }),
        service('api', { managed: true }),
      ),
    ])
    expect([project, candidates.map((one) => one.name)]).toEqual(['shop', ['web']])
  })
})
