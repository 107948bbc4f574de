import { describe, expect, it } from 'vitest'
import {
  align,
  gaps,
  lastKnown,
  type Mark,
  nearest,
  nudge,
  type PlotPoint,
  reach,
  snap,
  thin,
} from './plot-data'

const every = (step: number, count: number, from = 0): PlotPoint[] =>
  Array.from({ length: count }, (_, at) => [from + at * step, 1])

describe('lines over one list of times', () => {
  it('keep absences apart from times that another line has alone', () => {
    const every = [0, 5, 10, 15, 20, 25].map((time) => [time, 2] as const)
    const seldom = [[0, 1] as const, [10, 3] as const, [20, null] as const]
    expect(align([seldom, every])).toEqual({
      times: [0, 5, 10, 15, 20, 25],
      values: [
        [1, undefined, 3, null, null, null],
        [2, 2, 2, 2, 2, 2],
      ],
    })
  })
})

describe('what is under the cursor', () => {
  it('is as it was before, where only another line has that time, but for an absence', () => {
    const values = [undefined, 4, undefined, null, null, 5]
    expect(values.map((_, at) => lastKnown(values, at))).toEqual([undefined, 4, 4, null, null, 5])
    expect(lastKnown(undefined, 3)).toBeUndefined()
  })
})

describe('gaps', () => {
  it('are none where all is known', () => expect(gaps(every(5, 20), 0, 95)).toEqual([]))

  it('reach from the last known value to the next', () => {
    const points: PlotPoint[] = [...every(5, 4), [20, null], [25, null], ...every(5, 4, 30)]
    expect(gaps(points, 0, 45)).toEqual([[15, 30]])
  })

  it('are where there is no point at all, also before the first and after the last', () => {
    const points = [...every(5, 10, 100), ...every(5, 10, 300)]
    expect(gaps(points, 0, 600)).toEqual([
      [0, 100],
      [145, 300],
      [345, 600],
    ])
  })

  it('are everything where nothing was recorded', () => {
    expect(gaps([], 10, 20)).toEqual([])
    expect(gaps([], 0, 600)).toEqual([[0, 600]])
    expect(gaps([[300, null]], 0, 600)).toEqual([[0, 600]])
  })

  it('are no more than what is shown', () => {
    expect(gaps([...every(5, 10), ...every(5, 10, 500)], 100, 400)).toEqual([[100, 400]])
  })

  it('are not made by a point that comes a little late', () =>
    expect(gaps([...every(5, 10), [60, 1]], 0, 60)).toEqual([]))
})

describe('the reach of an axis', () => {
  it('begins at zero and ends above the highest', () => {
    expect(reach([50, null, undefined, 100])).toEqual([0, 108])
    expect(reach([])).toEqual([0, 1.08])
    expect(reach([-5, 10])[0]).toBe(-5)
  })
})

describe('marks', () => {
  const mark = (id: number, at: number, kind: Mark['kind'] = 'held'): Mark => ({ id, at, kind })
  const ids = (marks: Mark[]) => marks.map((one) => one.id)

  it('of held ticks collapse, acts never do', () => {
    const held = Array.from({ length: 100 }, (_, at) => mark(at, at))
    expect(thin(held, 0, 1_000, 100)).toHaveLength(2)
    expect(ids(thin([mark(1, 10, 'up'), mark(2, 11, 'down'), mark(3, 12)], 0, 1_000, 100))).toEqual([1, 2])
  })

  it('outside the span are left out', () =>
    expect(ids(thin([mark(1, -1, 'up'), mark(2, 50), mark(3, 101)], 0, 100, 100))).toEqual([2]))

  it('are found by where the cursor is', () => {
    const marks = [mark(1, 10), mark(2, 20)]
    expect(nearest(marks, 17, 5)?.id).toBe(2)
    expect(nearest(marks, 40, 5)).toBeNull()
  })
})

describe('moving a threshold', () => {
  it.each([
    [108, 2],
    [100, 1],
    [1.08, 0.02],
    [54_000, 1_000],
  ])('up to %d goes in steps of %d', (high, step) => expect(nudge(high)).toBeCloseTo(step))

  it('lands on round numbers', () => {
    expect(snap(75.37, 1)).toBe(75)
    expect(snap(0.1 + 0.2, 0.02)).toBe(0.3)
  })
})
