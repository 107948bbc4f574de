import { describe, expect, it } from 'vitest'
import type { Detail } from '@/api/types'
import { aDecision } from '@/test/decision'
import { laneMetrics, lineInWords, marksInWords, marksOf, otherMetrics, tableOf, targetOf } from './lanes'
import { fitting, readView, writeView } from './view'

const rule = (metric: string) => ({ ...aDecision().rules[0], metric }) as Detail['rules'][number]
const detail = (rules: string[], entry: object = {}): Detail =>
  ({ rules: rules.map(rule), entry, service: { driving_metric: 'memory.avg' } }) as unknown as Detail

describe('the lanes', () => {
  it('are first of what rules and target go by, once each', () => {
    const target = { target: { metric: 'latency.p95', value: 0.2 } }
    const one = detail(['cpu.avg', 'cpu.avg', 'queue.backlog', 'replicas.ready'], target)
    expect(laneMetrics(one, ['memory.avg', 'cpu.avg'])).toEqual([
      'cpu.avg',
      'queue.backlog',
      'latency.p95',
      'memory.avg',
    ])
    expect(targetOf(one)).toEqual({ metric: 'latency.p95', value: 0.2 })
  })

  it('show what drives it where it has no rules', () => {
    expect(laneMetrics(detail([]), [])).toEqual(['memory.avg'])
    expect(targetOf(detail([]))).toBeNull()
  })

  it('can be added of anything else on record', () => {
    const numbers = new Map([
      ['network.rx.avg', []],
      ['cpu.avg', []],
      ['desired', []],
      ['forecast.replicas', []],
    ])
    expect(otherMetrics(numbers, ['cpu.avg'])).toEqual(['network.rx.avg'])
  })
})

describe('in words', () => {
  it('a line has its bounds and what is latest', () => {
    const percent = (value: number) => `${value} %`
    const points = [[0, 3] as const, [1, null] as const, [2, 9] as const, [3, null] as const]
    expect(lineInWords(points, percent)).toBe('between 3 % and 9 %, latest 9 %')
    expect(lineInWords([[0, null]], percent)).toBe('no data')
  })

  it('marks are counted by kind', () => {
    const marks = marksOf([
      aDecision(),
      aDecision({ action: 'hold', phase: 'blocked' }),
      aDecision({ action: 'hold', phase: 'blocked', source: 'person' }),
      aDecision({ phase: 'proposed' }),
      aDecision({ phase: 'failed' }),
      aDecision({ action: 'scale_down' }),
    ])
    expect(marks.map((one) => one.kind)).toEqual(['up', 'held', 'blocked', 'asked', 'failed', 'down'])
    expect(marksInWords(marks)).toMatch(/1 more replicas, 1 held, 1 not done/)
    expect(marksInWords([])).toMatch(/none/)
  })

  it('a table has the newest first, and unknown where a column has no value', () => {
    const numbers = new Map<string, [number, number | null][]>([
      [
        'a',
        [
          [1, 5],
          [2, null],
        ],
      ],
      [
        'b',
        [
          [2, 7],
          [9, 8],
        ],
      ],
    ])
    expect(tableOf(numbers, ['a', 'b'], 1, 5)).toEqual([
      { time: 2, values: [null, 7] },
      { time: 1, values: [5, null] },
    ])
  })
})

describe('the URL', () => {
  it('holds all that is chosen, and gives it back', () => {
    const view = {
      minutes: 1440,
      zoom: [1_000, 2_000] as const,
      decision: 812,
      extra: ['memory.avg', 'network.rx.avg'],
    }
    expect(readView(writeView(new URLSearchParams(), view))).toEqual(view)
  })

  it('leaves out what is as usual, and keeps what is not its own', () => {
    const params = writeView(new URLSearchParams('range=15&decision=3&x=1'), {
      minutes: null,
      decision: null,
      zoom: null,
    })
    expect(params.toString()).toBe('x=1')
  })

  it.each([
    'range=7',
    'from=never&to=2026-01-01',
    'from=2026-01-02&to=2026-01-01',
    'decision=-3',
    'decision=x',
  ])('is as usual where %s makes no sense', (text) =>
    expect(readView(new URLSearchParams(text))).toEqual({
      minutes: null,
      zoom: null,
      decision: null,
      extra: [],
    }),
  )
})

describe('what was not chosen', () => {
  const since = (seconds: number) =>
    new Map([
      ['a', [[0, null]] as const],
      [
        'b',
        [
          [0, null],
          [9_000 - seconds, 1],
          [9_000, 2],
        ] as const,
      ],
    ])

  it.each([
    [60, 15],
    [18 * 60, 15],
    [21 * 60, 60],
  ])('fits a record of %i seconds with %i minutes', (seconds, minutes) =>
    expect(fitting(since(seconds), 9_000)).toBe(minutes),
  )

  it('is short while nothing is recorded', () => expect(fitting(undefined, 9_000)).toBe(15))
})
