import type { Project, Service } from '@/api/types'

export interface FirstSteps {
  engine: boolean
  /** A project that is seen, `null` if none is. */
  project: string | null
  /** Services that could be managed. */
  candidates: readonly Service[]
}

const MOST = 8

export function firstSteps(engine: boolean, projects: readonly Project[]): FirstSteps {
  const services = projects.flatMap((project) => project.services)
  return {
    engine,
    project: projects[0]?.name ?? null,
    candidates: services.filter((one) => !one.managed && one.unscalable === null).slice(0, MOST),
  }
}
