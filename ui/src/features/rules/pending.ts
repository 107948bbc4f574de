/** Calls that the generated types don't have yet; `pending` becomes `api` once they do. */
import type { Client } from 'openapi-fetch'
import { api, body } from '@/api/client'
import { ApiError } from '@/api/problem'
import type { ServiceName } from '@/api/queries'
import type { Fault } from '@/api/types'
import type { Entry } from './entry'

export interface Checked {
  problems: Fault[]
  /** The whole of docktor.yaml now, and as it would be; `null` where it can't be written so. */
  before: string
  after: string | null
}

export interface ReplaySide {
  changes: { at: string; from: number; to: number; reason: string; limits: unknown[] }[]
  replicas: [at: string, n: number][]
  metric: string | null
  threshold: number | null
  points: [at: string, value: number | null][]
  changes_count: number
  minutes_above: number
  replica_hours: number
  flaps: number
  limited: number
  blind_minutes: number
}

export interface Replay {
  now: ReplaySide
  proposed: ReplaySide | null
  assumptions: string[]
  hours_found: number
}

interface Post<Path, Body, Answer> {
  parameters: { query?: never; header?: never; path: Path; cookie?: never }
  post: {
    parameters: { query?: never; header?: never; path: Path; cookie?: never }
    requestBody: { content: { 'application/json': Body } }
    responses: { 200: { headers: Record<string, unknown>; content: { 'application/json': Answer } } }
  }
}

interface Pending {
  '/api/projects/{project}/services/{service}/rules/check': Post<ServiceName, Entry, Checked>
  '/api/replay': Post<
    Record<string, never>,
    { project: string; service: string; rules: Entry; hours: number },
    Replay
  >
}

const pending = api as unknown as Client<Pending>

/** `null` where this Docktor has no such route. */
async function ifThere<T>(answer: Promise<T>): Promise<T | null> {
  try {
    return await answer
  } catch (error) {
    if (error instanceof ApiError && (error.status === 404 || error.status === 405)) return null
    throw error
  }
}

export const checkRules = ({ project, service }: ServiceName, entry: Entry, signal: AbortSignal) =>
  ifThere(
    body<Checked>(
      pending.POST('/api/projects/{project}/services/{service}/rules/check', {
        params: { path: { project, service } },
        body: entry,
        signal,
      }),
    ),
  )

export const replayRules = (
  { project, service }: ServiceName,
  rules: Entry,
  hours: number,
  signal: AbortSignal,
) =>
  // The client's types make plain lists of pairs.
  ifThere(
    body<unknown>(
      pending.POST('/api/replay', { params: { path: {} }, body: { project, service, rules, hours }, signal }),
    ),
  ) as Promise<Replay | null>
