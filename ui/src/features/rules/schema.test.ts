// biome-ignore-all lint/suspicious/noTemplateCurlyInString: references in docktor.yaml look like that
import { describe, expect, it } from 'vitest'
import { fieldsOf, labelOf, secretFault } from './schema'

const secret = { format: 'password', type: 'string', writeOnly: true }
const SCHEMA = {
  $defs: {
    Level: { enum: ['low', 'high'], type: 'string' },
    Auth: { properties: { user: { type: 'string' } }, type: 'object' },
  },
  required: ['queue'],
  properties: {
    url: { default: 'amqp://localhost', description: 'Address.', type: 'string' },
    queue: { type: 'string', description: 'The queue.' },
    vhost: { anyOf: [{ minLength: 1, type: 'string' }, { type: 'null' }], default: null },
    password: { anyOf: [secret, { type: 'null' }], default: null },
    limit: { default: 10, type: 'integer' },
    after: { default: 1.5, type: 'number' },
    ssl: { default: false, type: 'boolean' },
    level: { $ref: '#/$defs/Level', default: 'low' },
    auth: { allOf: [{ $ref: '#/$defs/Auth' }], description: 'Who asks.' },
    brokers: { anyOf: [{ type: 'string' }, { items: { type: 'string' }, type: 'array' }, { type: 'null' }] },
    headers: { patternProperties: { '^.+$': secret }, type: 'object' },
    queries: { additionalProperties: { type: 'string' }, type: 'object' },
    matrix: { items: { type: 'array' }, type: 'array' },
    anything: {},
  },
}
const fields = fieldsOf(SCHEMA)
const field = (name: string) => fields.find((one) => one.name === name)

describe('the fields of a schema', () => {
  it.each([
    ['url', 'string'],
    ['vhost', 'string'],
    ['password', 'secret'],
    ['limit', 'integer'],
    ['after', 'number'],
    ['ssl', 'boolean'],
    ['level', 'enum'],
    ['auth', 'object'],
    ['brokers', 'list'],
    ['headers', 'map'],
    ['queries', 'map'],
    ['matrix', 'other'],
    ['anything', 'other'],
  ])('%s is a %s', (name, kind) => expect(field(name)?.kind).toBe(kind))

  it('begin with what is required', () => {
    expect(fields[0]).toMatchObject({ name: 'queue', required: true, help: 'The queue.' })
    expect(fields.filter((one) => one.required)).toHaveLength(1)
  })

  it('have defaults, choices, inner fields and secret values', () => {
    expect(field('url')?.placeholder).toBe('amqp://localhost')
    expect(field('level')?.choices).toEqual(['low', 'high'])
    expect(field('auth')?.fields.map((one) => one.name)).toEqual(['user'])
    expect([field('headers')?.secret, field('queries')?.secret]).toEqual([true, false])
  })

  it.each([null, 7, [], {}, { properties: [] }, { properties: { a: null } }])('never fail: %j', (schema) => {
    expect(() => fieldsOf(schema)).not.toThrow()
  })
})

describe('a label', () => {
  it.each([
    ['management_url', 'Management URL'],
    ['ca_file', 'CA file'],
    ['queue', 'Queue'],
  ])('of %s is %s', (name, label) => expect(labelOf(name)).toBe(label))
})

describe('a secret', () => {
  it.each(['', '${PASSWORD}', '${PASSWORD:-}', '***', undefined])('may be %j', (value) =>
    expect(secretFault(value)).toBeNull(),
  )
  it.each(['hunter2', '${PASSWORD', '$PASSWORD', 7])('may not be %j', (value) =>
    expect(secretFault(value)).toContain('${PASSWORD}'),
  )
})
