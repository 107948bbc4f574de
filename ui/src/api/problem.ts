import type { RuleFault } from './types'

/** An answer of the backend that is no success, or none at all (`status` 0). */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly title: string,
    readonly detail: string,
    readonly problems: readonly RuleFault[] = [],
    readonly code: string | null = null,
  ) {
    super(detail || title)
    this.name = 'ApiError'
  }

  /** Nobody answered: the backend is away, or only starting. */
  get away(): boolean {
    return this.status === 0 || this.status === 502 || this.status === 504
  }

  get signedOut(): boolean {
    return this.status === 401
  }
}

interface ProblemJson {
  title?: unknown
  detail?: unknown
  code?: unknown
  problems?: unknown
}

/** What an answer's body says went wrong; a body that is no problem+json counts as its own detail. */
export function problemOf(status: number, body: unknown): ApiError {
  if (typeof body === 'object' && body !== null) {
    const { title, detail, code, problems } = body as ProblemJson
    return new ApiError(
      status,
      typeof title === 'string' ? title : `Error ${status}`,
      typeof detail === 'string' ? detail : '',
      Array.isArray(problems) ? (problems as RuleFault[]) : [],
      typeof code === 'string' ? code : null,
    )
  }
  return new ApiError(status, `Error ${status}`, typeof body === 'string' ? body : '')
}

/** A sentence for a person, whatever was thrown. */
export function said(error: unknown): string {
  if (error instanceof ApiError) {
    if (error.away) return 'Docktor does not answer.'
    return error.problems.length > 0
      ? error.problems.map((one) => (one.path ? `${one.path}: ${one.message}` : one.message)).join('; ')
      : error.message
  }
  return error instanceof Error ? error.message : String(error)
}
