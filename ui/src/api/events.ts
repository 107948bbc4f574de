/** Follows the backend's event log: by server-sent events in a browser, by the cursor inside Docker Desktop. */
import type { QueryClient } from '@tanstack/react-query'
import { api, body } from './client'
import { reader } from './sse'
import { desktopService, sessionHeaders } from './transport'
import type { LogEvent } from './types'

export const POLL_MS = 2_000

export type Link = 'connecting' | 'live' | 'away'

interface Follower {
  onEvent(event: LogEvent): void
  onResync(): void
  onLink(link: Link): void
}

/** Follows until the function it answers with is called. Nothing is asked while the page is hidden. */
export function follow(follower: Follower): () => void {
  let end = begin(follower)
  const onVisibility = () => {
    end()
    if (!document.hidden) {
      follower.onResync() // whatever happened meanwhile
      end = begin(follower)
    }
  }
  document.addEventListener('visibilitychange', onVisibility)
  return () => {
    document.removeEventListener('visibilitychange', onVisibility)
    end()
  }
}

const begin = (follower: Follower): (() => void) => (desktopService() ? poll(follower) : stream(follower))

function poll(follower: Follower): () => void {
  let cursor: number | undefined
  let timer: ReturnType<typeof setTimeout> | undefined
  let ended = false
  let missed = false // whoever answers after a silence may be another daemon, that counts from one again
  const ask = async () => {
    try {
      const page = await body(api.GET('/api/events', { params: { query: { after: cursor ?? 0 } } }))
      if (ended) return
      follower.onLink('live')
      if (missed || (cursor !== undefined && page.resync)) follower.onResync()
      else if (cursor !== undefined) page.events.forEach(follower.onEvent)
      cursor = page.last
      missed = false
    } catch {
      missed = true
      if (!ended) follower.onLink('away')
    }
    if (!ended) timer = setTimeout(ask, POLL_MS)
  }
  void ask()
  return () => {
    ended = true
    clearTimeout(timer)
  }
}

function stream(follower: Follower): () => void {
  const ending = new AbortController()
  let timer: ReturnType<typeof setTimeout> | undefined
  let missed = false
  const go = async () => {
    try {
      await listen(ending.signal, follower, () => {
        follower.onLink('live')
        if (missed) follower.onResync()
        missed = false
      })
    } catch {
      // told below: a stream that ends is one that has to be begun again
    }
    if (ending.signal.aborted) return
    missed = true
    follower.onLink('away')
    timer = setTimeout(go, POLL_MS)
  }
  void go()
  return () => {
    ending.abort()
    clearTimeout(timer)
  }
}

/** Until the stream ends; throws when it can't be had, or breaks. */
async function listen(signal: AbortSignal, follower: Follower, onOpen: () => void): Promise<void> {
  const init = { headers: sessionHeaders(), credentials: 'same-origin', signal } as const
  const answer = await fetch('/api/events/stream', init)
  if (!answer.ok || answer.body === null) throw new Error(`no stream: ${answer.status}`)
  onOpen()
  const read = reader()
  const chunks = answer.body.pipeThrough(new TextDecoderStream()).getReader()
  for (;;) {
    const { done, value } = await chunks.read()
    if (done) return
    for (const { kind, data } of read(value)) {
      if (kind === 'resync') follower.onResync()
      else follower.onEvent(JSON.parse(data) as LogEvent)
    }
  }
}

/** Marks as stale only what an event is about. */
export function heed(client: QueryClient, event: LogEvent): void {
  const stale = (...queryKey: unknown[]) => void client.invalidateQueries({ queryKey })
  const { project, service } = event
  if (project && service) stale('service', project, service)
  switch (event.kind) {
    case 'decision':
      stale('decisions')
      stale('approvals')
      stale('projects')
      break
    case 'state':
      stale('projects')
      stale('approvals')
      break
    case 'config':
      stale('projects')
      stale('health')
      break
    case 'advisor':
      stale('models')
      stale('health')
      break
    default:
      stale('health')
  }
}
