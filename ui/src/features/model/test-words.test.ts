import { describe, expect, it } from 'vitest'
import type { ModelTest } from '@/api/types'
import { answered, asked, spent } from './test-words'

const test = (changes: Partial<ModelTest> = {}): ModelTest => ({
  model: 'ai/llama3.2',
  base_url: 'http://localhost:12434/engines/v1',
  situation: 'a steep rise',
  current: 3,
  choices: [3, 4, 5],
  by_rules: 5,
  best: 5,
  replicas: 5,
  seconds: 0.64,
  tokens: 468,
  failure: null,
  ...changes,
})

describe('a test question in words', () => {
  it('says what was asked', () =>
    expect(asked(test())).toBe(
      'It was asked about a steep rise: 3 replicas there, and 3, 4 or 5 to choose from.',
    ))

  it.each([
    [test(), 'It chose 5, as the rules would. In hindsight that is right.'],
    [
      test({ replicas: 3 }),
      'It chose 3, and the rules would choose 5. In hindsight 5 would be right: 3 are too few.',
    ],
    [
      test({ best: 4 }),
      'It chose 5, as the rules would. In hindsight 4 would be right: 5 are more than needed.',
    ],
    [test({ best: null }), 'It chose 5, as the rules would.'],
    [
      test({ replicas: null, failure: 'no answer within 30 s' }),
      'It gave no answer that can be used: no answer within 30 s. The rules would choose 5, and decide alone as long as it is so.',
    ],
  ])('says what came of it', (found, words) => expect(answered(found)).toBe(words))

  it.each([
    [test(), 'It took 640 ms and 468 tokens.'],
    [test({ seconds: 12.34, tokens: null }), 'It took 12.3 s.'],
  ])('says how long it took', (found, words) => expect(spent(found)).toBe(words))
})
