// biome-ignore-all lint/suspicious/noTemplateCurlyInString: references in docktor.yaml look like that
import { describe, expect, it } from 'vitest'
import { type Entry, get, same, set, spell, tidy, typed } from './entry'
import { preset } from './preset'

const entry: Entry = {
  name: 'web',
  'x-note': { mine: [1, { deep: true }] },
  rules: { scale_up_when: [{ metric: 'cpu.avg', op: '>', value: 75, 'x-why': 'load test' }] },
}

describe('an entry', () => {
  it('spells places as the backend does', () => {
    expect(spell(['rules', 'scale_up_when', 0, 'op'])).toBe('rules.scale_up_when[0].op')
  })

  it('is changed in one place, and nowhere else', () => {
    const changed = set(entry, ['rules', 'scale_up_when', 0, 'value'], 60)
    expect(get(changed, ['rules', 'scale_up_when', 0])).toEqual({
      metric: 'cpu.avg',
      op: '>',
      value: 60,
      'x-why': 'load test',
    })
    expect(changed['x-note']).toBe(entry['x-note'])
    expect(get(entry, ['rules', 'scale_up_when', 0, 'value'])).toBe(75)
  })

  it('loses a field, and a group that this leaves empty', () => {
    const paused = set(entry, ['cooldown', 'up'], 10)
    expect(tidy(set(paused, ['cooldown', 'up'], undefined))).toEqual(entry)
    expect(get(set(entry, ['rules', 'scale_up_when', 0], undefined), ['rules', 'scale_up_when'])).toEqual([])
  })

  it('is never reached through what every object has', () => {
    expect(get(entry, ['constructor', 'name'])).toBeUndefined()
  })

  it.each([
    ['', undefined],
    [' 7 ', 7],
    ['0.05', 0.05],
    ['-3', -3],
    ['30s', '30s'],
    ['${MOST:-10}', '${MOST:-10}'],
    ['1e3', '1e3'],
    ['7.', 7],
  ])('takes %j as %j', (text, value) => expect(typed(text)).toEqual(value))

  it('is the same in another order, and not with another number', () => {
    expect(same({ a: 1, b: [1, { c: null }] }, { b: [1, { c: null }], a: 1 })).toBe(true)
    expect(same({ a: 1 }, { a: 1, b: undefined } as unknown as Entry)).toBe(false)
    expect(same([1], { 0: 1 })).toBe(false)
  })
})

describe('a threshold from the address', () => {
  const asked = (query: string, on: Entry = entry) => preset(on, new URLSearchParams(query))

  it('changes the rule it names', () => {
    const value = get(asked('metric=cpu.avg&op=%3E&value=60'), ['rules', 'scale_up_when', 0, 'value'])
    expect(value).toBe(60)
  })

  it('changes the target where no rule speaks of the metric', () => {
    const aimed: Entry = { target: { metric: 'queue.lag', value: 100 } }
    expect(asked('metric=queue.lag&value=40', aimed)).toEqual({ target: { metric: 'queue.lag', value: 40 } })
  })

  it('adds a rule to the side that its sign belongs to', () => {
    const added = asked('metric=memory.avg&op=%3C&value=30')
    expect(get(added, ['rules', 'scale_down_when'])).toEqual([{ metric: 'memory.avg', op: '<', value: 30 }])
  })

  it.each(['', 'metric=cpu.avg', 'metric=cpu.avg&value=x', 'value=3', 'metric=nothing&value=3'])(
    'changes nothing for %j',
    (query) => expect(asked(query)).toBe(entry),
  )
})
