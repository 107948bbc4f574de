/** The forecast of a service in sentences. */
import type { Detail } from '@/api/types'

type Told = NonNullable<Detail['forecast']>

const TOO_EARLY = 120

export function foretold(told: Told): string[] {
  return [standing(told), ...bound(told), ...record(told), ...habits(told)]
}

function standing({ standing }: Told): string {
  if (standing === 'on') return 'The forecast is on: it may raise what the target wants.'
  if (standing === 'shadow') return 'The forecast is in the shadow: it is compared and changes nothing.'
  return 'No forecast, as its settings say.'
}

function bound({ bound, horizon_s, expert }: Told): string[] {
  if (bound === null) return []
  const by = expert ? ` (${expert})` : ''
  return [`It expects work for up to ${round(bound)} replicas within ${span(horizon_s)}${by}.`]
}

function record({ standing, minutes, lost, plain_lost }: Told): string[] {
  if (standing === 'off') return []
  if (lost === null || plain_lost === null) {
    return [`It has been compared for ${span(minutes * 60)}; after ${span(TOO_EARLY * 60)} that may count.`]
  }
  const over = `${percent(lost)} of the load was more than the replicas with it`
  return [`Lately ${over}, ${percent(plain_lost)} by the rules at the same cost.`]
}

function habits({ start_up_s, patience_s, speed }: Told): string[] {
  const works = speed === null ? '' : `, works off ${round(speed)} messages a second`
  return [
    `A replica takes ${span(start_up_s)} to be ready${works}; fewer have to be wanted for ${span(patience_s)}.`,
  ]
}

const round = (value: number) => String(Number(value.toPrecision(2)))
const percent = (share: number) => `${round(share * 100)} %`

function span(seconds: number): string {
  if (seconds < 100) return `${Math.round(seconds)} s`
  return seconds < 7200 ? `${Math.round(seconds / 60)} min` : `${round(seconds / 3600)} h`
}
