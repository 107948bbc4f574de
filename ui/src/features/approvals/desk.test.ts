import { describe, expect, it } from 'vitest'
import { answeredOf, commandOf, stepFrom } from './desk'
import { decision } from './sample'

const press = (key: string, some: object = {}) =>
  commandOf({
    key,
    ctrlKey: false,
    metaKey: false,
    altKey: false,
    repeat: false,
    target: document.body,
    ...some,
  })

describe('a key', () => {
  it.each([
    ['j', 'next'],
    ['ArrowUp', 'previous'],
    ['a', 'approve'],
    ['r', 'reject'],
    ['e', 'change'],
    ['x', null],
  ])('%s is %s', (key, command) => expect(press(key)).toBe(command))

  it('means nothing while somebody types, with another key, or held down', () => {
    expect(press('a', { target: document.createElement('input') })).toBeNull()
    expect(press('a', { ctrlKey: true })).toBeNull()
    expect(press('a', { repeat: true })).toBeNull()
    expect(press('j', { repeat: true })).toBe('next')
  })
})

describe('the chosen proposal', () => {
  it.each([
    [null, 1, 7],
    [7, 1, 8],
    [9, 1, 9],
    [7, -1, 7],
    [5, -1, 7],
  ] as const)('from %s by %s', (from, way, to) => expect(stepFrom([7, 8, 9], from, way)).toBe(to))

  it('is none of none', () => expect(stepFrom([], 7, 1)).toBeNull())
})

describe('an answered proposal', () => {
  it('says who, when, and what came of it', () =>
    expect(answeredOf(decision())).toMatchObject({
      change: '2 → 4',
      answer: 'Approved',
      by: 'person',
      at: '2026-03-01T12:03:00Z',
      came: 'Done',
      failed: false,
    }))

  it('says why it failed', () =>
    expect(answeredOf(decision({ phase: 'failed', error: 'no such image' }))?.came).toBe(
      'Failed: no such image',
    ))

  it('is none that waits, nor a decision nobody was asked about', () => {
    expect(answeredOf(decision({ approval: { state: 'waiting' } }))).toBeNull()
    expect(answeredOf(decision({ approval: null }))).toBeNull()
  })
})
