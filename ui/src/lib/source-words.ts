/** The states of a source of numbers, as people read them. */
import type { Tone } from './words'

const STATES: Readonly<Record<string, { label: string; tone: Tone; todo: string }>> = {
  ok: { label: 'Answers', tone: 'good', todo: '' },
  connecting: { label: 'Being connected', tone: 'busy', todo: 'Wait a moment.' },
  down: {
    label: 'Does not answer',
    tone: 'bad',
    todo: 'Look whether it runs, and whether its address is right.',
  },
  refused: {
    label: 'Refuses Docktor',
    tone: 'bad',
    todo: 'Look at the user, password or token it is asked with.',
  },
  wrong: {
    label: 'Does not have what is asked for',
    tone: 'bad',
    todo: 'Look at the names in its settings.',
  },
  lying: {
    label: 'Answers nonsense',
    tone: 'bad',
    todo: 'Its numbers are not heeded until they make sense.',
  },
  'not-installed': {
    label: 'Needs a library',
    tone: 'warn',
    todo: 'Install what the message names, and start Docktor again.',
  },
}

export const sourceWords = (state: string) =>
  STATES[state] ?? { label: state, tone: 'quiet' as Tone, todo: '' }
