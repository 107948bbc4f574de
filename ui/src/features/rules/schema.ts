/** From the JSON schema of a source's settings to the fields of a form. */
import { isMap, type Value } from './entry'

export type Kind =
  | 'string'
  | 'number'
  | 'integer'
  | 'boolean'
  | 'enum'
  | 'secret'
  | 'list'
  | 'map'
  | 'object'
  | 'other'

export interface Field {
  name: string
  label: string
  kind: Kind
  required: boolean
  help: string
  /** What holds where nothing is written, or how it may look. */
  placeholder: string
  choices: readonly string[]
  /** Of an object: its own fields, one level deep. */
  fields: readonly Field[]
  /** Of a map: whether its values are secrets. */
  secret: boolean
}

type Node = { readonly [key: string]: unknown }

const asNode = (value: unknown): Node => (isMap(value) ? value : {})

export function fieldsOf(schema: unknown): Field[] {
  const root = asNode(schema)
  return fieldsIn(root, root, true)
}

function fieldsIn(node: Node, root: Node, deeper: boolean): Field[] {
  const required = Array.isArray(node.required) ? node.required : []
  return Object.entries(asNode(node.properties))
    .map(([name, raw]) => fieldOf(name, asNode(raw), root, required.includes(name), deeper))
    .sort((one, other) => Number(other.required) - Number(one.required))
}

function fieldOf(name: string, raw: Node, root: Node, required: boolean, deeper: boolean): Field {
  const variants = variantsOf(raw, root)
  const node = variants[0] ?? {}
  const kind = kindOf(variants, deeper)
  const values = Object.values(asNode(node.patternProperties))[0] ?? node.additionalProperties
  return {
    name,
    label: labelOf(name),
    kind,
    required,
    help: [raw.description, node.description].find((text): text is string => typeof text === 'string') ?? '',
    placeholder: placeholderOf(raw, node),
    choices: (Array.isArray(node.enum) ? node.enum : []).map(String),
    fields: kind === 'object' ? fieldsIn(node, root, false) : [],
    secret: kind === 'map' && isSecret(asNode(values)),
  }
}

/** What it may be besides nothing, references followed. */
function variantsOf(raw: Node, root: Node): Node[] {
  const node = followed(raw, root)
  const among = [node.anyOf, node.oneOf, node.allOf].find(Array.isArray) as unknown[] | undefined
  if (!among) return node.type === 'null' ? [] : [node]
  return among.flatMap((one) => variantsOf(asNode(one), root))
}

function followed(raw: Node, root: Node): Node {
  const name = typeof raw.$ref === 'string' ? raw.$ref.split('/').at(-1) : undefined
  return name ? { ...asNode(asNode(root.$defs)[name]), ...raw, $ref: undefined } : raw
}

const isSecret = (node: Node): boolean => node.format === 'password' || node.writeOnly === true

function kindOf(variants: Node[], deeper: boolean): Kind {
  const node = variants[0]
  if (!node) return 'other'
  if (variants.some((one) => one.type === 'array')) {
    const simple = variants.every((one) => one.type !== 'array' || asNode(one.items).type === 'string')
    return simple ? 'list' : 'other'
  }
  if (Array.isArray(node.enum)) return 'enum'
  if (isSecret(node)) return 'secret'
  switch (node.type) {
    case 'string':
    case 'number':
    case 'integer':
    case 'boolean':
      return node.type
    case 'object':
      if (node.properties) return deeper ? 'object' : 'other'
      return 'map'
    default:
      return 'other'
  }
}

function placeholderOf(raw: Node, node: Node): string {
  const given = raw.default ?? node.default
  if (['string', 'number', 'boolean'].includes(typeof given) && given !== '') return String(given)
  const example = [raw.examples, node.examples].find(Array.isArray)?.[0]
  return example === undefined ? '' : `${example}`
}

const SHORT: Readonly<Record<string, string>> = {
  url: 'URL',
  ca: 'CA',
  id: 'ID',
  sasl: 'SASL',
  ssl: 'SSL',
  tls: 'TLS',
}

/** `management_url` as `Management URL`. */
export function labelOf(name: string): string {
  const words = name.split('_').map((word) => SHORT[word] ?? word)
  const text = words.join(' ')
  return text.charAt(0).toUpperCase() + text.slice(1)
}

const REFERENCE = /^\$\{[A-Za-z_]\w*(:?[-?+][^}]*)?\}$/
const BLOT = '***'

/** What is wrong with a secret as it is written, `null` if nothing: only its name belongs in the file. */
export function secretFault(value: Value | undefined): string | null {
  if (value === undefined || value === null || value === '' || value === BLOT) return null
  if (typeof value === 'string' && REFERENCE.test(value)) return null
  return `Write its name in the environment, like \${PASSWORD}, not the secret itself.`
}
