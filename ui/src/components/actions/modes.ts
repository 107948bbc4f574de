export const MODE_ORDER = ['auto', 'review', 'observe', 'off'] as const

export type Mode = (typeof MODE_ORDER)[number]

/** What a service's mode is for more replicas, and for fewer. */
export interface Modes {
  up: Mode
  down: Mode
}

const known = (word: string | undefined): Mode => MODE_ORDER.find((mode) => mode === word) ?? 'off'

/** Of `auto`, or `up auto, down review`, as the backend says it. */
export function modesOf(words: string): Modes {
  const [, up, down] = /^up (\w+), down (\w+)$/.exec(words) ?? []
  return up ? { up: known(up), down: known(down) } : both(known(words))
}

export const both = (mode: Mode): Modes => ({ up: mode, down: mode })

export const modeBody = ({ up, down }: Modes): Mode | Modes => (up === down ? up : { up, down })
