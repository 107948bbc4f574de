/** Server-sent events out of a response's text. EventSource would do, but it sends no headers of a page's own. */

export interface Sent {
  kind: string
  id: string
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
  const fields = { event: 'message', id: '', data: [] as string[] }
  for (const line of block.split('\n')) {
    const [, name, value] = /^(event|id|data): ?(.*)$/.exec(line) ?? []
    if (name === 'data') fields.data.push(value ?? '')
    else if (name === 'event' || name === 'id') fields[name] = value ?? ''
  }
  return fields.data.length > 0 ? [{ kind: fields.event, id: fields.id, data: fields.data.join('\n') }] : []
}
