import { describe, expect, it } from 'vitest'
import { ApiError, problemOf, said } from './problem'

describe('what an answer says went wrong', () => {
  it('is what problem+json says', () => {
    const error = problemOf(409, { title: 'Scale refused', detail: 'max is 4', code: 'max-replicas' })
    expect([error.status, error.title, error.detail, error.code]).toEqual([
      409,
      'Scale refused',
      'max is 4',
      'max-replicas',
    ])
    expect(said(error)).toBe('max is 4')
  })

  it('names every fault with its path', () => {
    const problems = [
      { path: 'max_replicas', message: 'is less than min_replicas', line: null },
      { path: '', message: 'is not an object', line: null },
    ]
    expect(said(problemOf(422, { title: 'Invalid', detail: 'x', problems }))).toBe(
      'max_replicas: is less than min_replicas; is not an object',
    )
  })

  it.each([['<html>bad gateway</html>'], [''], [null], [42]])(
    'never fails on a body that is something else: %j',
    (body) => {
      expect(problemOf(502, body).away).toBe(true)
    },
  )

  it('knows nobody answering from a refusal', () => {
    expect(new ApiError(0, 'No answer', '').away).toBe(true)
    expect(problemOf(401, {}).signedOut).toBe(true)
    expect(said(new ApiError(0, 'No answer', 'TypeError'))).toBe('Docktor does not answer.')
  })
})
