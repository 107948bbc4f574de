import { describe, expect, it } from 'vitest'
import { faultOf, firstForm, toEntry, writtenWords } from './manage-form'

const ENTRY = {
  name: 'web',
  project: 'shop',
  min_replicas: 2,
  max_replicas: 10,
  target: { metric: 'cpu.avg', value: 55, tolerance: 0.1 },
}

describe('managing a service', () => {
  it('begins with what the backend suggests', () => {
    expect(firstForm(ENTRY)).toEqual({ min: '2', max: '10', cpu: '55', ask: false })
    expect(firstForm({ name: 'x' })).toEqual({ min: '1', max: '10', cpu: '60', ask: false })
  })

  it('writes what was chosen and keeps the rest', () => {
    const form = { min: '1', max: '4', cpu: '70', ask: true }
    expect(toEntry(ENTRY, form)).toEqual({
      name: 'web',
      project: 'shop',
      mode: 'review',
      min_replicas: 1,
      max_replicas: 4,
      target: { metric: 'cpu.avg', value: 70, tolerance: 0.1 },
    })
    expect(toEntry({ ...ENTRY, mode: 'review' }, { ...form, ask: false })).not.toHaveProperty('mode')
    expect(writtenWords('web', form, '/x/docktor.yaml')).toBe(
      'web is managed: 1 to 4 replicas, CPU around 70 %, and you are asked first. Written to /x/docktor.yaml.',
    )
  })

  it.each([
    [{ min: '' }, 'min'],
    [{ min: '1.5' }, 'min'],
    [{ max: '0' }, 'max'],
    [{ min: '5', max: '4' }, 'max'],
    [{ cpu: '0' }, 'cpu'],
    [{ cpu: '101' }, 'cpu'],
  ])('finds the fault of %j', (change, field) => {
    expect(faultOf({ min: '1', max: '4', cpu: '60', ask: false, ...change })?.field).toBe(field)
  })

  it('finds none in what is fine', () =>
    expect(faultOf({ min: '0', max: '1', cpu: '60', ask: false })).toBeNull())
})
