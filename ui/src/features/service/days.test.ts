import { describe, expect, it } from 'vitest'
import { money } from '@/lib/format'
import { barsOf, inWords, total } from './days'

const day = (date: string, replica_hours: number, known_hours: number, paid: number | null = null) => ({
  date,
  replica_hours,
  money: paid,
  known_hours,
})

const cost = (price: number | null, ...days: ReturnType<typeof day>[]) => ({
  project: 'shop',
  service: 'web',
  price,
  days,
})

describe('days of costs', () => {
  it('say how much of each is on record', () => {
    const bars = barsOf(
      cost(
        null,
        day('2026-03-02', 0, 0),
        day('2026-03-03', 20, 10),
        day('2026-03-29', 46, 23),
        day('2026-03-30', 14, 7),
      ),
    )
    expect(bars.map(({ how }) => how)).toEqual(['unknown', 'part', 'whole', 'today'])
    expect(bars.at(-1)?.name).toBe('Today')
    expect(bars[1]?.name).toMatch(/Tue/)
    expect(bars.map(inWords)[0]).toMatch(/: nothing recorded$/)
    expect(bars.map(inWords)[1]).toMatch(/: 20 replica-hours, only 10 h recorded$/)
    expect(bars.map(inWords)[3]).toBe('Today: 14 replica-hours')
  })

  it('come to a sum, with money where there is a price', () => {
    const days = [day('2026-03-02', 48, 24, 1.92), day('2026-03-03', 12.5, 7, 0.5)]
    expect(total(days)).toBe('60.5 replica-hours, 2.42')
    expect(total(days.map((one) => ({ ...one, money: null })))).toBe('60.5 replica-hours')
    expect(barsOf(cost(0.04, ...days)).map(inWords)[1]).toBe('Today: 12.5 replica-hours, 0.50')
  })
})

describe('money', () => {
  it.each([
    [0, '0.00'],
    [3.832, '3.83'],
    [0.0042, '0.0042'],
    [1250, '1,250.00'],
  ])('of %d is %s', (value, words) => expect(money(value)).toBe(words))
})
