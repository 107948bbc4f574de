/** Numbers as people read them. */

const NUMBER = new Intl.NumberFormat('en', { maximumFractionDigits: 1 })
const COMPACT = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 })
const MONEY = new Intl.NumberFormat('en', { minimumFractionDigits: 2, maximumFractionDigits: 2 })
const TINY = new Intl.NumberFormat('en', { maximumSignificantDigits: 2 })

/** Percent get a sign, bytes a unit, large numbers a letter; unknown is a dash, never zero. */
export function metricValue(metric: string, value: number | null | undefined): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return '–'
  if (/^(cpu|memory)\.(avg|min|max)$/.test(metric)) return `${NUMBER.format(value)} %`
  if (/^memory\.(bytes|used)|^network\./.test(metric))
    return bytes(value) + (metric.startsWith('network.') ? '/s' : '')
  return plain(value)
}

export const plain = (value: number): string =>
  Math.abs(value) >= 10_000 ? COMPACT.format(value) : NUMBER.format(value)

export function bytes(value: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB']
  let at = 0
  let left = value
  while (Math.abs(left) >= 1000 && at < units.length - 1) {
    left /= 1000
    at += 1
  }
  return `${NUMBER.format(left)} ${units[at]}`
}

export const count = (n: number, one: string, many = `${one}s`): string => `${n} ${n === 1 ? one : many}`

/** What replicas are paid by: one of them, there for an hour. */
export const replicaHours = (hours: number): string => `${plain(hours)} replica-hours`

/** 1,250.00 or 3.83; 0.0042 where two decimals would say nothing. In whatever the price is in. */
export const money = (value: number): string =>
  value === 0 || Math.abs(value) >= 0.01 ? MONEY.format(value) : TINY.format(value)
