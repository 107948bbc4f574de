import createClient from 'openapi-fetch'
import type { paths } from './schema'
import { transport } from './transport'

// Desktop's page lies in a file: what it asks for only needs some origin to be a URL at all.
const base = window.location.protocol.startsWith('http') ? window.location.origin : 'http://docktor'

export const api = createClient<paths>({ baseUrl: base, fetch: (request) => transport(request) })

/** The body of an answer; `transport` has thrown for everything that is no success. */
export async function body<T>(answer: Promise<{ data?: T }>): Promise<T> {
  return (await answer).data as T
}
