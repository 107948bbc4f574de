import { describe, expect, it } from 'vitest'
import type { ReplaySide } from '@/api/types'
import { compare } from './compare'
import { stepPath } from './steps'

const side = (numbers: Partial<ReplaySide>): ReplaySide => ({
  changes: [],
  replicas: [],
  metric: 'cpu.avg',
  threshold: 75,
  points: [],
  changes_count: 14,
  minutes_above: 22,
  replica_hours: 96,
  flaps: 3,
  limited: 0,
  blind_minutes: 0,
  ...numbers,
})
const words = (now: ReplaySide, next: ReplaySide) =>
  Object.fromEntries(compare(now, next).map((row) => [row.label, `${row.arrow} ${row.words}`]))

describe('two replays', () => {
  it('are told apart in words and by an arrow', () => {
    const found = words(side({}), side({ changes_count: 9, replica_hours: 120.4, limited: 2 }))
    expect(found).toEqual({
      Changes: 'down better: calmer',
      'Time above threshold': 'null as now',
      'Replica-hours': 'up worse: costs more',
      'Turned back within 5 min': 'null as now',
      'Times at a limit': 'up worse: limited more often',
    })
  })

  it('are alike where the difference is too small to be shown', () => {
    expect(words(side({}), side({ replica_hours: 96.01 }))['Replica-hours']).toBe('null as now')
  })
})

describe('a step line', () => {
  it('stays level until the next change, to the end', () => {
    const y = (value: number) => 10 - value
    const points = [
      [-5, 2],
      [5, 4],
      [7, null],
    ] as const
    expect(stepPath(points, 0, 10, 100, y)).toBe('M0.0,8.0H50.0V6.0H100')
    expect(stepPath([], 0, 10, 100, y)).toBe('')
  })
})
