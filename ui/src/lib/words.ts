/** The fixed words of the backend, as people read them. */

export type Tone = 'good' | 'busy' | 'wait' | 'warn' | 'bad' | 'quiet'

export interface StateWords {
  label: string
  tone: Tone
  /** What it means, for who has not met it before. */
  means: string
}

const UNKNOWN: StateWords = { label: 'Unknown', tone: 'quiet', means: 'This page does not know the word.' }

export const STATES: Readonly<Record<string, StateWords>> = {
  steady: { label: 'Steady', tone: 'good', means: 'Enough replicas, and no more than needed.' },
  scaling: { label: 'Scaling', tone: 'busy', means: 'Replicas are being added or removed.' },
  cooling: {
    label: 'Cooling down',
    tone: 'wait',
    means: 'A change is wanted, and waits until the last one has settled.',
  },
  'waiting-for-approval': { label: 'Waiting for you', tone: 'warn', means: 'A proposal waits for a person.' },
  limited: {
    label: 'At its limit',
    tone: 'warn',
    means: 'More or fewer would be wanted than its limits allow.',
  },
  blind: { label: 'Blind', tone: 'bad', means: 'What it is judged by is not known, so it is left as it is.' },
  held: { label: 'Held', tone: 'wait', means: 'A person, or a rule, said to leave it as it is.' },
  paused: { label: 'Paused', tone: 'quiet', means: 'It is watched, and nothing is done.' },
  standby: { label: 'Standby', tone: 'quiet', means: 'Another Docktor looks after it.' },
  unscalable: {
    label: "Can't be scaled",
    tone: 'quiet',
    means: 'As it is written it can have one replica only.',
  },
}

export const stateWords = (state: string): StateWords => STATES[state] ?? { ...UNKNOWN, label: state }

export const MODES: Readonly<Record<string, { label: string; means: string }>> = {
  auto: { label: 'Auto', means: 'Docktor acts by itself.' },
  review: { label: 'Ask', means: 'Docktor proposes, a person decides.' },
  observe: { label: 'Watch', means: 'Docktor only writes down what it would do.' },
  off: { label: 'Off', means: 'Docktor does nothing.' },
}

/** `auto`, or `up auto, down review`, as the backend says it. */
export function modeLabel(mode: string): string {
  return mode
    .split(', ')
    .map((part) => {
      const [direction, own] = part.includes(' ') ? part.split(' ') : [undefined, part]
      const label = MODES[own ?? '']?.label ?? own ?? ''
      return direction ? `${direction}: ${label}` : label
    })
    .join(' · ')
}

export const SIGNS: Readonly<Record<string, string>> = { scale_up: '▲', scale_down: '▼', hold: '·' }
export const PHASES: Readonly<Record<string, string>> = {
  intended: 'being done',
  done: 'done',
  failed: 'failed',
  blocked: 'not done',
  proposed: 'proposed',
}
