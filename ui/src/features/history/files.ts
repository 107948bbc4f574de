/** Decisions as files to take away. */
import { decisions, LONGEST_PAGE } from '@/api/decisions'
import type { Decision } from '@/api/types'
import type { Filter } from './filters'

export const MOST_ROWS = 100_000

/** All that the filter chooses, page after page. `progress` is told a share between 0 and 1. */
export async function collect(
  filter: Filter,
  progress: (share: number, rows: number) => void,
  signal: AbortSignal,
  ask = decisions,
): Promise<Decision[]> {
  const rows: Decision[] = []
  while (rows.length < MOST_ROWS) {
    signal.throwIfAborted()
    const page = await ask({ ...filter, before: rows.at(-1)?.id, limit: LONGEST_PAGE }, signal)
    rows.push(...page)
    if (page.length < LONGEST_PAGE) break
    progress(shareOf(rows), rows.length)
  }
  return rows
}

/** Numbers go down to 1 as the record goes back, so the last one tells how far it is; the most rows are an end too. */
function shareOf(rows: readonly Decision[]): number {
  const first = rows[0]?.id ?? 1
  const last = rows.at(-1)?.id ?? 1
  return Math.max((first - last + 1) / first, rows.length / MOST_ROWS)
}

const COLUMNS: readonly [name: string, of: (one: Decision) => string | number | null | undefined][] = [
  ['id', (one) => one.id],
  ['timestamp', (one) => one.timestamp],
  ['project', (one) => one.project],
  ['service', (one) => one.service],
  ['action', (one) => one.action],
  ['current_replicas', (one) => one.current_replicas],
  ['target_replicas', (one) => one.target_replicas],
  ['reason', (one) => one.reason],
  ['source', (one) => one.source],
  ['phase', (one) => one.phase],
  ['avg_cpu', (one) => one.avg_cpu],
  ['limits', (one) => one.limits.map((limit) => limit.text).join('; ')],
  ['took_ms', (one) => one.took_ms],
  ['error', (one) => one.error],
  ['approval', (one) => one.approval?.state],
  ['approval_by', (one) => one.approval?.by],
  ['model', (one) => one.metadata.model],
  ['advice', (one) => one.metadata.advice],
  ['outcome', (one) => one.outcome?.verdict],
]

const UTF8_MARK = '\ufeff' // without it spreadsheets take arrows and accents for something else

export function csv(rows: readonly Decision[]): string {
  const head = COLUMNS.map(([name]) => name).join(',')
  const lines = rows.map((one) => COLUMNS.map(([, of]) => cell(of(one))).join(','))
  return `${UTF8_MARK}${[head, ...lines].join('\r\n')}\r\n`
}

/** A text that a spreadsheet would run as a formula gets a mark before it; a text is quoted where it must be. */
export function cell(value: string | number | null | undefined): string {
  if (value === null || value === undefined) return ''
  if (typeof value === 'number') return String(value)
  const safe = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}

export const json = (rows: readonly Decision[]): string =>
  `[\n${rows.map((one) => JSON.stringify(one)).join(',\n')}\n]\n`

export function save(name: string, type: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type }))
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
  setTimeout(() => URL.revokeObjectURL(url), 60_000)
}
