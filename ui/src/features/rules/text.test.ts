// biome-ignore-all lint/suspicious/noTemplateCurlyInString: references in docktor.yaml look like that
import { describe, expect, it } from 'vitest'
import { type Entry, get, same, set } from './entry'
import { lineOf, parse, stepsOf, textOf } from './text'

const DOCUMENTS: readonly Entry[] = [
  {},
  { name: 'web', min_replicas: 2, max_replicas: 10 },
  { mode: { up: 'auto', down: 'off' }, 'x-team': { on_call: ['ann', 'bob'], pager: null } },
  {
    rules: {
      scale_up_when: [{ metric: 'cpu.avg', op: '>', value: 75, 'x-why': 'measured: 2024' }],
      scale_down_when: [],
    },
    cooldown: { up: '30s', down: 60 },
  },
  {
    queue: { kind: 'nats', url: 'nats://${HOST:-nats}:4222', password: '${PASS}', jetstream: true },
    metrics: [{ name: 'latency.p95', kind: 'prometheus', query: 'sum by (le) (rate(x{a="b"}[1m]))\n' }],
  },
  { odd: 'yes', version: '1', empty: '', text: '# no comment', 'key with: colon': '- x', number: '012' },
]

const read = (text: string): Entry => {
  const parsed = parse(text)
  if ('fault' in parsed) throw new Error(parsed.fault.message)
  return parsed.entry
}

describe('an entry as text', () => {
  it.each(DOCUMENTS)('comes back as it was: %j', (entry) => {
    expect(read(textOf(entry, null))).toEqual(entry)
  })

  it.each(DOCUMENTS)('keeps everything else when the form changes one thing in %j', (entry) => {
    const before = textOf(entry, null)
    for (const change of [
      set(entry, ['max_replicas'], 7),
      set(entry, ['cooldown', 'down'], '2m'),
      set(entry, ['target'], { metric: 'cpu.avg', value: 60 }),
      set(entry, ['name'], undefined),
      set(entry, ['rules', 'scale_up_when'], [{ metric: 'memory.avg', op: '>', value: 80 }]),
    ]) {
      const after = read(textOf(change, before))
      expect(same(after, change)).toBe(true)
    }
  })

  it.each(DOCUMENTS)('becomes any of the others: %j', (entry) => {
    for (const other of DOCUMENTS) expect(read(textOf(other, textOf(entry, null)))).toEqual(other)
  })

  it('keeps comments and unknown fields through the form', () => {
    const text = `# ours\nname: web\nmax_replicas: 10 # as agreed\nx-own: {a: [1, 2]}\nrules:\n  scale_up_when:\n    # from the load test\n    - {metric: cpu.avg, op: ">", value: 75}\n`
    const changed = set(read(text), ['rules', 'scale_up_when', 0, 'value'], 60)
    const after = textOf(set(changed, ['max_replicas'], 12), text)
    expect(after).toContain('# ours')
    expect(after).toContain('max_replicas: 12 # as agreed')
    expect(after).toContain('# from the load test')
    expect(get(read(after), ['x-own'])).toEqual({ a: [1, 2] })
  })

  it('is left alone where it says the same already', () => {
    const text = 'name:   web # ours\n'
    expect(textOf({ name: 'web' }, text)).toBe(text)
  })
})

describe('text that is no entry', () => {
  it.each([
    ['name: web\nname: api\n', 2],
    ['a: 1\nb: [1, 2\n', 3],
    ['just text', 1],
    ['- a list', 1],
    ['a: 1\nb:\n  c: .inf\n', 3],
    ['a: 1\nb: *nowhere\n', 2],
  ])('%j is wrong in line %d', (text, line) => {
    const parsed = parse(text)
    expect(parsed).toMatchObject({ fault: { line } })
    expect('fault' in parsed && parsed.fault.message).not.toBe('')
  })

  it('is nothing where it is empty', () => expect(parse('')).toEqual({ entry: {} }))
})

describe('a place in the text', () => {
  const text = 'name: web\nrules:\n  scale_up_when:\n    - metric: cpu.avg\n      op: "=>"\n'

  it('is the line it is written in, or that around it', () => {
    expect(lineOf(text, stepsOf('rules.scale_up_when[0].op'))).toBe(5)
    expect(lineOf(text, stepsOf('rules.scale_up_when[0].value'))).toBe(4)
    expect(lineOf(text, stepsOf('queue'))).toBeNull()
  })
})
