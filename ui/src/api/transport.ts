/** The one way to the backend: `fetch` in a browser, Docker Desktop's own bridge inside it. */
import { ApiError, problemOf } from './problem'

/** What Docker Desktop gives an extension; its answers are the parsed bodies. */
export interface DesktopService {
  request(config: {
    url: string
    method: string
    headers: Record<string, string>
    data: unknown
  }): Promise<unknown>
}

interface DesktopClient {
  extension?: { vm?: { service?: DesktopService } }
  host?: { openExternal?: (url: string) => void }
  desktopUI?: { toast?: Record<'success' | 'warning' | 'error', (text: string) => void> }
}

declare global {
  interface Window {
    ddClient?: DesktopClient
    __ddMuiV6Themes?: unknown
  }
}

const PATIENCE_MS = 20_000

export const desktopService = (): DesktopService | undefined => window.ddClient?.extension?.vm?.service

export const insideDesktop = (): boolean => window.ddClient !== undefined

/** `fetch()` over Docker Desktop's bridge, so that the generated client needs no second code path. */
export const desktopFetch =
  (service: DesktopService, patience: number = PATIENCE_MS): typeof fetch =>
  async (input, init) => {
    const request = new Request(input, init)
    const url = new URL(request.url)
    const text = request.method === 'GET' ? '' : await request.text()
    try {
      const body = await patiently(
        service.request({
          url: url.pathname + url.search,
          method: request.method,
          headers: Object.fromEntries(request.headers),
          data: text ? JSON.parse(text) : undefined,
        }),
        patience,
      )
      return Response.json(body ?? null)
    } catch (error) {
      return answerOf(error)
    }
  }

/** A ServiceError has the status and the body as its message; anything else is the bridge itself that failed. */
function answerOf(error: unknown): Response {
  const { statusCode, message } = error as { statusCode?: unknown; message?: unknown }
  if (typeof statusCode !== 'number' || statusCode < 200 || statusCode > 599) throw error
  const text = typeof message === 'string' ? message : JSON.stringify(message ?? {})
  // The bridge has a status too for a backend that it can't reach; what Docktor says is always an object.
  if (statusCode >= 500 && typeof parsed(text) !== 'object') throw new Error(text)
  return new Response(text, { status: statusCode, headers: { 'Content-Type': 'application/problem+json' } })
}

function patiently<T>(answer: Promise<T>, patience: number): Promise<T> {
  let timer: ReturnType<typeof setTimeout>
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('no answer in time')), patience)
  })
  return Promise.race([answer, late]).finally(() => clearTimeout(timer))
}

const KEY = 'docktor.key'

/** The session's other half, beside its cookie: kept where only pages of this very port can read it. */
export function keepKey(key: string | null): void {
  if (key === null) localStorage.removeItem(KEY)
  else localStorage.setItem(KEY, key)
}

export const sessionHeaders = (): Record<string, string> => ({ 'X-Docktor': localStorage.getItem(KEY) ?? '' })

/** `fetch()` with what the backend wants of a page. */
const browserFetch =
  (patience: number): typeof fetch =>
  (input, init) => {
    const request = new Request(input, init)
    for (const [name, value] of Object.entries(sessionHeaders())) request.headers.set(name, value)
    if (request.method !== 'GET') request.headers.set('Content-Type', 'application/json')
    return fetch(request, {
      credentials: 'same-origin',
      signal: AbortSignal.any([request.signal, AbortSignal.timeout(patience)]),
    })
  }

/** Waits so long for an answer. One that is no success, and none at all, are thrown as ApiError. */
export const transportWithin =
  (patience: number): typeof fetch =>
  async (input, init) => {
    const service = desktopService()
    let response: Response
    try {
      const ask = service ? desktopFetch(service, patience) : browserFetch(patience)
      response = await ask(input, init)
    } catch (error) {
      if (init?.signal?.aborted) throw error
      throw new ApiError(0, 'No answer', error instanceof Error ? error.message : String(error))
    }
    if (response.ok) return response
    const text = await response.text()
    throw problemOf(response.status, parsed(text))
  }

export const transport = transportWithin(PATIENCE_MS)

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
