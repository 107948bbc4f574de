import { describe, expect, it } from 'vitest'
import { advisorWords, agreement, percent, place } from './advisor-words'

describe('the advisor in words', () => {
  it.each([
    [{ asked: 0, agreed: 0, changed: 0, failed: 0 }, 'It was not asked yet.'],
    [
      { asked: 3, agreed: 0, changed: 0, failed: 3 },
      'Asked 3 times; it never gave an answer that could be used.',
    ],
    [
      { asked: 12, agreed: 9, changed: 1, failed: 2 },
      'It chose what the rules wanted in 9 of 10 answers (90 %), and changed a number once.',
    ],
    [
      { asked: 2, agreed: 2, changed: 0, failed: 0 },
      'It chose what the rules wanted in 2 of 2 answers (100 %), and never changed a number.',
    ],
  ])('%j', (counts, words) => expect(agreement(counts)).toBe(words))

  it('shows a state it does not know', () => expect(advisorWords('asleep').label).toBe('asleep'))

  it('says whose turn it is', () =>
    expect([place(1), place(9)]).toEqual(['asked first', 'asked as number 9']))
})

describe('a pull', () => {
  it.each([
    [0, 0, null],
    [1, 3, 33],
    [3, 3, 100],
    [4, 3, 100],
    [999, 1000, 99],
  ])('of %d of %d bytes is at %s', (done, total, share) => expect(percent(done, total)).toBe(share))
})
