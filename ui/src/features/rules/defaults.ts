/** What holds where docktor.yaml says nothing, and who said so. */
import type { Detail } from '@/api/types'
import { type Entry, get } from './entry'

const DEFAULTS: Readonly<Record<string, string | number>> = {
  mode: 'auto',
  min_replicas: 2,
  max_replicas: 10,
  scale_up_by: 2,
  scale_down_by: 1,
  check_interval: 10,
  metrics_window: 10,
  approval_expires: 900,
  'cooldown.up': 0,
  'cooldown.down': 60,
  'cooldown.zero': 300,
  'stabilization.up': 0,
  'stabilization.down': 300,
  'max_step.up': 'no limit',
  'max_step.down': 'no limit',
  'target.tolerance': 0.1,
  activation: 0,
  fallback_replicas: 'none',
  'forecast.horizon': 'auto',
  prefer: 'balanced',
  price: 'none',
}

const SOURCES: Readonly<Record<string, string>> = {
  default: 'default',
  label: 'from a label',
  flag: 'from the command line',
  environment: 'from the environment',
  person: 'set by a person',
}

/** `60 (default)`, `4 (from a label)`: what a field without a value of its own comes to. */
export function whence(path: string, settings: Detail['settings'], base: Entry): string {
  const usual = DEFAULTS[path]
  const setting = settings.find((one) => one.path === path)
  const inFile = get(base, path.split('.')) !== undefined
  // What the file said until now is by default as soon as it no longer does.
  const source = setting && SOURCES[setting.source]
  if (!setting || !source || inFile) return usual === undefined ? '' : `${usual} (default)`
  return `${setting.value ?? usual ?? 'none'} (${source})`
}

/** The mode of one direction where the entry has none. */
export function usualMode(settings: Detail['settings'], base: Entry, direction: 'up' | 'down'): string {
  const setting = settings.find((one) => one.path === 'mode')
  if (base.mode !== undefined || typeof setting?.value !== 'string') return 'auto'
  return new RegExp(`${direction} (\\w+)`).exec(setting.value)?.[1] ?? setting.value
}
