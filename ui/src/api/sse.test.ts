import { describe, expect, it } from 'vitest'
import { reader } from './sse'

const TEXT =
  ': connected\n\nevent: state\nid: 7\ndata: {"n": 7}\n\nevent: decision\r\nid: 8\r\ndata: {\ndata: }\r\n\r\n'
const EVENTS = [
  { kind: 'state', data: '{"n": 7}' },
  { kind: 'decision', data: '{\n}' },
]

describe('server-sent events', () => {
  it('are read whole, comments left out', () => expect(reader()(TEXT)).toEqual(EVENTS))

  it('are the same however the text comes in pieces', () => {
    for (let cut = 0; cut <= TEXT.length; cut++) {
      const read = reader()
      expect([...read(TEXT.slice(0, cut)), ...read(TEXT.slice(cut))]).toEqual(EVENTS)
    }
  })

  it('wait for their end', () => {
    const read = reader()
    expect(read('data: 1\n')).toEqual([])
    expect(read('\n')).toEqual([{ kind: 'message', data: '1' }])
  })
})
