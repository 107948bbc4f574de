import { describe, expect, it } from 'vitest'
import { modeBody, modesOf } from './modes'
import { clockTime, holdMinutes, tomorrowMorning } from './times'

const EVENING = new Date(2026, 1, 28, 23, 30)

describe('how long a hold lasts', () => {
  it.each([
    ['10', '', 10],
    ['60', '', 60],
    ['tomorrow', '', 570],
    ['own', ' 2.5 ', 2.5],
    ['own', '', null],
    ['own', '0', null],
    ['own', '-3', null],
    ['own', 'soon', null],
    ['own', '999999999', null],
  ] as const)('%s %s', (choice, own, minutes) => expect(holdMinutes(choice, own, EVENING)).toBe(minutes))

  it('ends on the next day, over the end of a month too', () => {
    expect(tomorrowMorning(EVENING)).toEqual(new Date(2026, 2, 1, 9))
  })

  it('names the day only when it is another', () => {
    expect(clockTime(new Date(2026, 1, 28, 23, 45), EVENING)).not.toMatch(/day/)
    expect(clockTime(tomorrowMorning(EVENING), EVENING)).toMatch(/day/)
  })
})

describe('a mode', () => {
  it.each([
    ['auto', { up: 'auto', down: 'auto' }],
    ['up auto, down review', { up: 'auto', down: 'review' }],
    ['something new', { up: 'off', down: 'off' }],
  ] as const)('%s', (words, modes) => expect(modesOf(words)).toEqual(modes))

  it('is one word where both directions are alike', () => {
    expect(modeBody({ up: 'off', down: 'off' })).toBe('off')
    expect(modeBody({ up: 'auto', down: 'off' })).toEqual({ up: 'auto', down: 'off' })
  })
})
