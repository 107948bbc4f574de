/** One item of `services` in docktor.yaml as plain values, and how to reach and change a part of it. */

export type Value = null | boolean | number | string | Value[] | { [key: string]: Value }
export type Entry = { [key: string]: Value }
export type Path = readonly (string | number)[]

/** As the backend says places: `rules.scale_up_when[0].op`. */
export function spell(path: Path): string {
  return path.reduce<string>((text, part) => {
    if (typeof part === 'number') return `${text}[${part}]`
    return text ? `${text}.${part}` : part
  }, '')
}

export const isMap = (value: unknown): value is Entry =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

export function get(value: Value | undefined, path: Path): Value | undefined {
  let at: Value | undefined = value
  for (const part of path) {
    if (typeof part === 'number') at = Array.isArray(at) ? at[part] : undefined
    else at = isMap(at) && Object.hasOwn(at, part) ? at[part] : undefined
  }
  return at
}

/** A copy with that part changed, or taken out where `next` is undefined. What lies beside it stays as it is. */
export function set(entry: Entry, path: Path, next: Value | undefined): Entry {
  const changed = placed(entry, path, next)
  return isMap(changed) ? changed : {}
}

function placed(at: Value | undefined, path: Path, next: Value | undefined): Value | undefined {
  const [part, ...rest] = path
  if (part === undefined) return next
  if (typeof part === 'number') {
    const list = Array.isArray(at) ? [...at] : []
    const inner = placed(list[part], rest, next)
    if (inner === undefined) list.splice(part, 1)
    else list[part] = inner
    return list
  }
  const inner = placed(isMap(at) ? at[part] : undefined, rest, next)
  if (inner === undefined) {
    const { [part]: _, ...others } = isMap(at) ? at : {}
    return others
  }
  return { ...(isMap(at) ? at : {}), [part]: inner }
}

const GROUPS = ['cooldown', 'stabilization', 'max_step']

/** Without groups that emptying their last field has left behind. */
export function tidy(entry: Entry): Entry {
  const kept = Object.entries(entry).filter(
    ([key, value]) => !(GROUPS.includes(key) && isMap(value) && Object.keys(value).length === 0),
  )
  return kept.length === Object.keys(entry).length ? entry : Object.fromEntries(kept)
}

/** Whether they say the same, in whatever order. */
export function same(one: Value | undefined, other: Value | undefined): boolean {
  if (Array.isArray(one) && Array.isArray(other))
    return one.length === other.length && one.every((item, index) => same(item, other[index]))
  if (isMap(one) && isMap(other)) {
    const keys = Object.keys(one)
    return (
      keys.length === Object.keys(other).length &&
      keys.every((key) => Object.hasOwn(other, key) && same(one[key], other[key]))
    )
  }
  return Object.is(one, other)
}

const DECIMAL = /^[+-]?(\d+\.?\d*|\.\d+)$/

/** What was typed: a number where it is one, else the text (`30s`, `${MOST}`); nothing for nothing. */
export function typed(text: string): Value | undefined {
  const bare = text.trim()
  if (bare === '') return undefined
  return DECIMAL.test(bare) ? Number(bare) : bare
}

/** What a field shows of a value. */
export const shown = (value: Value | undefined): string =>
  value === undefined || value === null
    ? ''
    : typeof value === 'object'
      ? JSON.stringify(value)
      : String(value)

export const listAt = (entry: Entry, path: Path): Value[] => {
  const found = get(entry, path)
  return Array.isArray(found) ? found : []
}
