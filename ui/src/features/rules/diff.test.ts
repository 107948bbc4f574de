import { describe, expect, it } from 'vitest'
import { diff, stretches } from './diff'

const told = (before: string, after: string) => diff(before, after).map(({ sign, text }) => sign + text)
const lines = (...of: (string | number)[]) => `${of.join('\n')}\n`

describe('a diff', () => {
  it('names what goes and what comes, in its place', () => {
    expect(told(lines('a', 'b', 'c'), lines('a', 'x', 'c', 'd'))).toEqual([' a', '-b', '+x', ' c', '+d'])
  })

  it.each([
    ['', ''],
    ['', 'a\n'],
    ['a\n', ''],
    [lines('a', 'b', 'a', 'b'), lines('b', 'a', 'b', 'a')],
    [lines(1, 2, 3, 4, 5), lines(5, 4, 3, 2, 1)],
    [lines('a', '', 'b'), lines('a', 'b', '')],
  ])('leads from %j to %j and back', (before, after) => {
    const all = diff(before, after)
    const side = (sign: string) =>
      all.filter((line) => line.sign === ' ' || line.sign === sign).map((line) => line.text)
    const split = (text: string) => (text === '' ? [] : text.replace(/\n$/, '').split('\n'))
    expect(side('-')).toEqual(split(before))
    expect(side('+')).toEqual(split(after))
  })

  it('keeps as much as can be kept', () => {
    const kept = diff(lines(1, 2, 3, 4, 5, 6), lines(2, 4, 6, 1, 3, 5)).filter((line) => line.sign === ' ')
    expect(kept).toHaveLength(3)
  })

  it('is done soon even where everything differs', () => {
    const many = (word: string) => lines(...Array.from({ length: 5_000 }, (_, n) => `${word}${n}`))
    expect(diff(many('a'), many('b'))).toHaveLength(10_000)
  })

  it('leaves out what is far from any change', () => {
    const before = lines(...Array.from({ length: 30 }, (_, n) => n))
    const parts = stretches(diff(before, before.replace('\n15\n', '\nx\n')), 2)
    expect(parts.map((part) => part.skipped)).toEqual([13, 0, 12])
    expect(parts[1]?.lines.map(({ sign, text }) => sign + text)).toEqual([
      ' 13',
      ' 14',
      '-15',
      '+x',
      ' 16',
      ' 17',
    ])
  })
})
