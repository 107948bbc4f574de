/** Server-sent events out of a response's text. EventSource would do, but it sends no headers of a page's own. */

export interface Sent {
  kind: string
  data: string
}

/** Feed it text as it comes; it answers with the events that are whole by then. */
export function reader(): (text: string) => Sent[] {
  let rest = ''
  return (text) => {
    const blocks = (rest + text).replaceAll('\r\n', '\n').split('\n\n')
    rest = blocks.pop() ?? ''
    return blocks.flatMap((block) => event(block))
  }
}

function event(block: string): Sent[] {
  let kind = 'message'
  const data: string[] = []
  for (const line of block.split('\n')) {
    const [, name, value] = /^(event|data): ?(.*)$/.exec(line) ?? []
    if (name === 'data') data.push(value ?? '')
    else if (name === 'event') kind = value ?? ''
  }
  return data.length > 0 ? [{ kind, data: data.join('\n') }] : []
}
