import { describe, expect, it } from 'vitest'
import { sparkPath } from '@/components/spark'
import { bytes, metricValue } from './format'
import { ago, countdown, duration } from './time'
import { modeLabel, stateWords } from './words'

describe('times', () => {
  it.each([
    [0, '0 s'],
    [59.9, '59 s'],
    [60, '1 min'],
    [3_599, '59 min'],
    [86_400 * 3, '3 d'],
    [-5, '0 s'],
  ])('%d s is %s', (seconds, words) => expect(duration(seconds)).toBe(words))

  it('are relative', () => {
    expect(ago(1_000, 2_000)).toBe('just now')
    expect(ago(0, 125_000)).toBe('2 min ago')
  })

  it.each([
    [252, '4:12'],
    [0.2, '0:01'],
    [-1, '0:00'],
    [7_200, '2 h'],
  ])('%d s left is %s', (seconds, words) => expect(countdown(seconds)).toBe(words))
})

describe('numbers', () => {
  it.each([
    ['cpu.avg', 71.25, '71.3 %'],
    ['queue.backlog', 12_345, '12.3K'],
    ['queue.backlog', 0, '0'],
    ['network.rx', 1_500_000, '1.5 MB/s'],
    ['latency.p95', null, '–'],
    ['cpu.avg', Number.NaN, '–'],
  ])('%s %d', (metric, value, words) => expect(metricValue(metric, value)).toBe(words))

  it('has bytes in units', () =>
    expect([bytes(999), bytes(1e9), bytes(5e15)]).toEqual(['999 B', '1 GB', '5,000 TB']))
})

describe('words', () => {
  it('has a word for each state, and shows one it does not know', () => {
    expect(stateWords('blind').tone).toBe('bad')
    expect(stateWords('asleep').label).toBe('asleep')
  })

  it('says a mode for each direction', () => {
    expect(modeLabel('auto')).toBe('Auto')
    expect(modeLabel('up auto, down review')).toBe('up: Auto · down: Ask')
  })
})

describe('a spark', () => {
  it('is broken where nothing is known', () => {
    const y = (value: number) => value
    expect(
      sparkPath(
        [
          [0, 1],
          [1, null],
          [2, 3],
        ],
        100,
        y,
      ),
    ).toBe('M0.0,1.0M100.0,3.0')
    expect(sparkPath([], 100, y)).toBe('')
  })
})
