import { describe, expect, it } from 'vitest'
import type { decisions } from '@/api/decisions'
import type { Decision } from '@/api/types'
import { aDecision } from '@/test/decision'
import { cell, collect, csv, json, MOST_ROWS } from './files'
import { readFilter, writeFilter } from './filters'
import { nextOf } from './neighbours'
import { newest } from './record'
import { ROW_PX, rowsIn } from './window'

/** A record that answers as the backend does. */
const recordOf = (ids: number[]) => {
  const asked: (number | undefined)[] = []
  const all = ids.toSorted((a, b) => b - a).map((id) => aDecision({ id }))
  const ask: typeof decisions = async ({ before, limit }) => {
    asked.push(before)
    return all.filter((one) => before === undefined || one.id < before).slice(0, limit)
  }
  return { ask, asked }
}
const upTo = (n: number) => Array.from({ length: n }, (_, at) => at + 1)
const ids = (rows: Decision[]) => rows.map((one) => one.id)

describe('the rows on the page', () => {
  it('are those in sight and some around them', () => {
    expect(rowsIn(0, 400, 100_000)).toEqual({ first: 0, end: 20 })
    expect(rowsIn(50_000 * ROW_PX, 400, 100_000)).toEqual({ first: 49_990, end: 50_020 })
    expect(rowsIn(99_990 * ROW_PX, 400, 100_000)).toEqual({ first: 99_980, end: 100_000 })
  })

  it('are none where there are none, and not too many where some went away', () => {
    expect(rowsIn(0, 400, 0)).toEqual({ first: 0, end: 0 })
    expect(rowsIn(50_000 * ROW_PX, 400, 5)).toEqual({ first: 5, end: 5 })
  })
})

describe('what is looked for', () => {
  it('is in the URL and comes back', () => {
    const filter = {
      project: 'shop',
      service: 'web',
      action: 'scale_up',
      phase: 'done',
      source: 'rules',
      q: 'a b',
    }
    expect(readFilter(writeFilter(new URLSearchParams(), filter))).toEqual(filter)
    expect(readFilter(new URLSearchParams('q=%20&project=&x=1'))).toEqual({})
  })

  it('loses the service with its project', () => {
    const params = new URLSearchParams('project=shop&service=web&q=cpu')
    expect(writeFilter(params, { project: 'demo' }).toString()).toBe('project=demo&q=cpu')
    expect(writeFilter(params, { service: undefined }).toString()).toBe('project=shop&q=cpu')
  })
})

describe('the live end of the record', () => {
  it('is the newest hundred at first, and then all down to the row that was the last', async () => {
    const first = await newest({}, undefined, recordOf(upTo(300)).ask)
    expect([first.length, first.at(-1)?.id]).toEqual([100, 201])
    const { ask, asked } = recordOf(upTo(1_500))
    const later = await newest({}, 201, ask)
    expect([later.length, later[0]?.id, later.at(-1)?.id]).toEqual([1_300, 1_500, 201])
    expect(asked).toEqual([undefined, 1_401, 401])
  })

  it('ends where the record does', async () => {
    expect(ids(await newest({}, undefined, recordOf([]).ask))).toEqual([])
    expect(ids(await newest({}, 1, recordOf([1, 2]).ask))).toEqual([2, 1])
  })
})

describe('a file', () => {
  it('has all that is chosen, page by page', async () => {
    const { ask, asked } = recordOf(upTo(2_500))
    const shares: number[] = []
    const rows = await collect({}, (share) => shares.push(share), new AbortController().signal, ask)
    expect([rows.length, new Set(ids(rows)).size]).toEqual([2_500, 2_500])
    expect(asked).toEqual([undefined, 1_501, 501])
    expect(shares).toEqual([0.4, 0.8])
  })

  it('ends at the most rows, and at once when it is cancelled', async () => {
    const page = Array.from({ length: 1_000 }, () => aDecision())
    const rows = await collect(
      {},
      () => undefined,
      new AbortController().signal,
      async () => page,
    )
    expect(rows).toHaveLength(MOST_ROWS)
    await expect(
      collect(
        {},
        () => undefined,
        AbortSignal.abort(),
        async () => page,
      ),
    ).rejects.toThrow()
  })

  it.each([
    ['=1+1', "'=1+1"],
    ['+1', "'+1"],
    ['-1', "'-1"],
    ['@SUM(A1)', "'@SUM(A1)"],
    ['\t=1', "'\t=1"],
    ['=HYPERLINK("x","y")', '"\'=HYPERLINK(""x"",""y"")"'],
    ['a,b', '"a,b"'],
    ['two\nlines', '"two\nlines"'],
    [-1, '-1'],
    [null, ''],
    ['cpu.avg 82 > 75', 'cpu.avg 82 > 75'],
  ])('has the cell %j as %j', (value, text) => expect(cell(value)).toBe(text))

  it('has a head and one line for each', () => {
    const lines = csv([aDecision({ reason: '=cmd()', error: 'a\r\nb' })]).split('\r\n')
    expect(lines[0]).toMatch(/^\ufeffid,timestamp,project,service,/)
    expect(lines[1]).toContain(",'=cmd(),rules,done,82,")
    expect(JSON.parse(json([aDecision(), aDecision()]))).toHaveLength(2)
    expect(JSON.parse(json([]))).toEqual([])
  })
})

describe('the next of the same service', () => {
  const nextIn = (all: number[]) => {
    let times = 0
    const below = async (before: number | undefined) => {
      times += 1
      return Math.max(...all.filter((id) => before === undefined || id < before), 0) || null
    }
    return async (id: number) => [await nextOf(id, below), times]
  }

  it('is found wherever it is', async () => {
    const all = [3, 4, 50, 51, 900, 70_000]
    for (const [at, id] of all.entries()) {
      expect((await nextIn(all)(id))[0]).toBe(all[at + 1] ?? null)
    }
    expect(await nextIn([])(5)).toEqual([null, 1])
  })

  it('is found with few questions', async () => {
    const [found, times] = await nextIn(upTo(100_000))(17)
    expect(found).toBe(18)
    expect(times).toBeLessThan(25)
  })
})
