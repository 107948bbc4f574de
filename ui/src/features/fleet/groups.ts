/** Which services the fleet shows, in which order, and when two answers show the same row. */
import type { LastDecision, Project, Service } from '@/api/types'
import { count, metricValue } from '@/lib/format'

export interface Shown {
  text: string
  unmanaged: boolean
}

export interface Group {
  name: string
  kind: string
  services: readonly Service[]
  managed: number
  hidden: number
}

export const keyOf = (service: Service): string => `${service.project}/${service.name}`

const rank = ({ managed, unscalable }: Service): number => (managed ? 0 : unscalable === null ? 1 : 2)

const managedFirst = (one: Service, other: Service) =>
  rank(one) - rank(other) || one.name.localeCompare(other.name)

/** Projects with managed services come first; a project of which nothing is left to show only when nothing was sought. */
export function groupsOf(projects: readonly Project[], { text, unmanaged }: Shown): Group[] {
  const sought = text.trim().toLowerCase()
  return projects
    .map((project) => {
      const found = project.services.filter((service) => keyOf(service).toLowerCase().includes(sought))
      const services = found.filter((service) => unmanaged || service.managed).sort(managedFirst)
      return {
        name: project.name,
        kind: project.kind,
        services,
        managed: project.services.filter((service) => service.managed).length,
        hidden: found.length - services.length,
      }
    })
    .filter((group) => group.services.length > 0 || (!sought && group.hidden > 0))
    .sort(
      (one, other) =>
        Number(other.managed > 0) - Number(one.managed > 0) || one.name.localeCompare(other.name),
    )
}

/** Of each group as many services as are among the first `most` of all. */
export function portions(groups: readonly Group[], most: number): number[] {
  let left = most
  return groups.map(({ services }) => {
    const some = Math.min(left, services.length)
    left -= some
    return some
  })
}

export const all = (projects: readonly Project[]): Service[] =>
  projects.flatMap((project) => project.services)

const PATIENCE_MS = 60_000
const NOT_YET = /not checked yet|still starting|no fresh samples yet/

/** Those somebody has to look after. A start is no such case, unless it does not end: `since` remembers them. */
export function blind(services: readonly Service[], since: Map<string, number>, now: number): Service[] {
  const found = services.filter((one) => one.managed && one.state === 'blind')
  const names = new Set(found.map(keyOf))
  for (const name of since.keys()) if (!names.has(name)) since.delete(name)
  for (const name of names) if (!since.has(name)) since.set(name, now)
  return found.filter(
    (one) => !NOT_YET.test(one.reason) || now - (since.get(keyOf(one)) ?? now) >= PATIENCE_MS,
  )
}

export const lastOf = (service: Service): LastDecision | null => service.last ?? null

export const drivingValue = (service: Service): string =>
  service.driving_metric === null || service.driving_metric === undefined
    ? '–'
    : metricValue(service.driving_metric, service.metrics[service.driving_metric])

const SHOWN = [
  'project',
  'name',
  'managed',
  'mode',
  'state',
  'reason',
  'replicas',
  'ready',
  'desired',
  'min',
  'max',
  'unscalable',
  'driving_metric',
] as const satisfies readonly (keyof Service)[]

/** By what a reader sees: the next check counts on its own, and a third decimal is nobody's news. */
export const sameRow = (one: Service, other: Service): boolean =>
  one === other ||
  (SHOWN.every((field) => one[field] === other[field]) &&
    drivingValue(one) === drivingValue(other) &&
    lastOf(one)?.id === lastOf(other)?.id &&
    lastOf(one)?.text === lastOf(other)?.text)

const CURABLE = /publishes host port|publishes a range|the fixed name|make-scalable/

/** The command that prints the cure of a service that can't have replicas; `null` where there is none. */
export const cureOf = (service: Service): string | null =>
  service.unscalable !== null && CURABLE.test(service.unscalable)
    ? `docktor make-scalable ${service.name}`
    : null

/** The reason without the cure, which has its own place. */
export const obstacleOf = (service: Service): string =>
  (service.unscalable ?? service.reason)
    .replace(/(: |; )?`docktor make-scalable [^`]*`( writes the override that cures it)?/, '')
    .replace(/^\S+ (?=publishes|has the)/, 'It ')

export function summary(services: readonly Service[], projects: number): string {
  const managed = services.filter((one) => one.managed).length
  return `${count(services.length, 'service')} in ${count(projects, 'project')}, ${managed} managed`
}
