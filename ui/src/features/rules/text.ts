/** The entry as YAML. Only this file knows the package, which is fetched when somebody asks to see YAML. */
import { Document, isMap as isMapNode, isNode, isSeq, LineCounter, parseDocument, visit } from 'yaml'
import { type Entry, isMap, type Path, same, type Value } from './entry'

export interface TextFault {
  line: number
  message: string
}

export type Parsed = { entry: Entry } | { fault: TextFault }

/** What the text says, or why it can't be read and where. */
export function parse(text: string): Parsed {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, merge: true })
  const error = document.errors[0]
  if (error) return { fault: { line: lines.linePos(error.pos[0]).line, message: firstLine(error.message) } }
  const lost = aliasOfNothing(document)
  if (lost) {
    const line = lines.linePos(lost.at).line
    return { fault: { line, message: `Nothing before it is called &${lost.name}.` } }
  }
  let value: unknown
  try {
    value = document.toJS()
  } catch (thrown) {
    return { fault: { line: 1, message: thrown instanceof Error ? thrown.message : String(thrown) } }
  }
  if (value === null || value === undefined) return { entry: {} }
  if (!isMap(value))
    return { fault: { line: 1, message: 'This must be settings with names, like max_replicas: 10.' } }
  const odd = oddIn(value, [])
  if (odd)
    return {
      fault: { line: lineOf(text, odd) ?? 1, message: 'This is no number that can be written to a file.' },
    }
  return { entry: value }
}

function aliasOfNothing(document: Document.Parsed): { name: string; at: number } | undefined {
  let found: { name: string; at: number } | undefined
  visit(document, {
    Alias(_, node) {
      if (node.resolve(document)) return undefined
      found = { name: node.source, at: node.range?.[0] ?? 0 }
      return visit.BREAK
    },
  })
  return found
}

const firstLine = (message: string) => {
  const first = (message.split('\n')[0] ?? message).replace(/ at line \d+, column \d+:?$/, '')
  return /[.!?]$/.test(first) ? first : `${first}.`
}

/** Where there is a number such as .inf, which JSON has no word for. */
function oddIn(value: Value, path: Path): Path | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? undefined : path
  if (Array.isArray(value))
    return firstOdd(
      value.map((item, index) => [index, item]),
      path,
    )
  return isMap(value) ? firstOdd(Object.entries(value), path) : undefined
}

function firstOdd(items: [string | number, Value][], path: Path): Path | undefined {
  for (const [key, item] of items) {
    const odd = oddIn(item, [...path, key])
    if (odd) return odd
  }
  return undefined
}

/** The entry as text; of `text`, which said something like it before, all that still holds stays as it is written. */
export function textOf(entry: Entry, text: string | null): string {
  if (text === null) return fresh(entry)
  const document = parseDocument(text, { merge: true })
  try {
    const before: unknown = document.toJS() ?? {}
    if (document.errors.length > 0 || !isMap(before)) return fresh(entry)
    if (same(before, entry)) return text
    bring(document, [], before, entry)
    const changed = document.toString({ lineWidth: 0 })
    const read = parse(changed)
    return 'entry' in read && same(read.entry, entry) ? changed : fresh(entry)
  } catch {
    return fresh(entry)
  }
}

function bring(document: Document.Parsed | Document, path: Path, old: Value | undefined, next: Value): void {
  if (same(old, next)) return
  if (isMap(old) && isMap(next)) {
    for (const key of Object.keys(old)) if (!Object.hasOwn(next, key)) document.deleteIn([...path, key])
    for (const [key, value] of Object.entries(next)) bring(document, [...path, key], old[key], value)
  } else if (Array.isArray(old) && Array.isArray(next) && old.length === next.length) {
    next.forEach((value, index) => {
      bring(document, [...path, index], old[index], value)
    })
  } else document.setIn(path, typeof next === 'object' ? document.createNode(next) : next)
}

function fresh(entry: Entry): string {
  const document = new Document(entry)
  for (const side of ['scale_up_when', 'scale_down_when']) {
    const list = document.getIn(['rules', side])
    if (!isSeq(list)) continue
    for (const item of list.items) {
      if (!isMapNode(item)) continue
      item.flow = true
      const op = item.get('op', true)
      if (op) op.type = 'QUOTE_DOUBLE'
    }
  }
  return document.toString({ lineWidth: 0, flowCollectionPadding: false })
}

/** The line a place of the entry is written in, or what is around it. */
export function lineOf(text: string, path: Path): number | null {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines })
  for (let end = path.length; end > 0; end--) {
    const node = document.getIn(path.slice(0, end), true)
    if (isNode(node) && node.range) return lines.linePos(node.range[0]).line
  }
  return null
}

/** `rules.scale_up_when[0].op` as the steps to there. */
export const stepsOf = (path: string): Path =>
  [...path.matchAll(/[^.[\]]+/g)].map(([part]) => (/^\d+$/.test(part) ? Number(part) : part))
