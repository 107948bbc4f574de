/** What is known of the models that advise, as people read it. */
import type { Health } from '@/api/types'
import type { Tone } from './words'

export interface Words {
  label: string
  tone: Tone
  todo: string
}

const ADVISOR: Readonly<Record<string, Words>> = {
  off: { label: 'No model is asked', tone: 'quiet', todo: '' },
  finding: { label: 'Being looked for', tone: 'busy', todo: 'Docktor looks for a model server and a model.' },
  ok: { label: 'Works', tone: 'good', todo: '' },
  resting: {
    label: 'Rests',
    tone: 'warn',
    todo: 'It failed again and again. Docktor goes by its rules meanwhile, and asks again later.',
  },
  untried: { label: 'Not asked yet', tone: 'quiet', todo: 'It is asked as soon as the rules want a change.' },
  loading: { label: 'Being loaded', tone: 'busy', todo: 'The first answer takes until it is in memory.' },
  busy: { label: 'Busy', tone: 'warn', todo: 'It has more to do than it can; fewer others should use it.' },
  down: {
    label: 'Does not answer',
    tone: 'bad',
    todo: 'Look whether the model server runs, and its address.',
  },
  refused: {
    label: 'Refused',
    tone: 'bad',
    todo: 'Set its key as DOCKTOR_LLM_API_KEY where Docktor runs; another machine needs allow_remote: true in docktor.yaml.',
  },
  missing: { label: 'Is not there', tone: 'bad', todo: 'Pull it, or choose another.' },
  wrong: {
    label: 'Doesn’t take such questions',
    tone: 'bad',
    todo: 'Choose another model, or look at the address.',
  },
  spoilt: {
    label: 'Answers nonsense',
    tone: 'bad',
    todo: 'Its answers can’t be read. A larger model usually can.',
  },
}

export const advisorWords = (state: string): Words =>
  ADVISOR[state] ?? { label: state, tone: 'quiet', todo: '' }

const BREAKER: Readonly<Record<string, string>> = {
  closed: '',
  open: 'rests after failing again and again',
  'half-open': 'may try once more',
}

export const breakerWords = (breaker: string): string => BREAKER[breaker] ?? breaker

export const MODEL_STATES: Readonly<Record<string, Words>> = {
  ready: { label: 'In memory', tone: 'good', todo: '' },
  loading: { label: 'Being loaded', tone: 'busy', todo: '' },
  present: { label: 'On disk', tone: 'quiet', todo: '' },
  unknown: { label: 'Listed', tone: 'quiet', todo: '' },
}

export type AdvisorMode = 'advise' | 'shadow' | 'off'

/** `done`: what is told once it is chosen. */
export const ADVISOR_MODES: Readonly<Record<AdvisorMode, { label: string; means: string; done: string }>> = {
  advise: {
    label: 'Advise',
    means: 'It is asked, and its choice counts, within the limits. The rules decide where it has no answer.',
    done: 'The model advises from now on',
  },
  shadow: {
    label: 'Shadow',
    means: 'It is asked and scored, and not heeded: the rules decide. A way to try a model out.',
    done: 'The model is only scored from now on',
  },
  off: {
    label: 'Off',
    means: 'It is never asked. Rules, targets and limits decide alone.',
    done: 'No model is asked from now on',
  },
}

export const isAdvisorMode = (mode: string): mode is AdvisorMode => mode in ADVISOR_MODES

type Advisor = Health['advisor']

/** How often advisor and rules agreed, in a sentence. */
export function agreement({
  asked,
  agreed,
  changed,
  failed,
}: Pick<Advisor, 'asked' | 'agreed' | 'changed' | 'failed'>) {
  if (asked === 0) return 'It was not asked yet.'
  const answered = asked - failed
  if (answered <= 0) return `Asked ${times(asked)}; it never gave an answer that could be used.`
  const share = Math.round((100 * agreed) / answered)
  return `It chose what the rules wanted in ${agreed} of ${answered} answers (${share} %), and ${changed === 0 ? 'never changed a number' : `changed a number ${times(changed)}`}.`
}

const times = (n: number) => (n === 1 ? 'once' : n === 2 ? 'twice' : `${n} times`)

/** How far a pull is, from 0 to 100; `null` while that is not known. */
export const percent = (done: number, total: number): number | null =>
  total > 0 ? Math.min(100, Math.floor((100 * done) / total)) : null

const ORDINALS = ['first', 'second', 'third', 'fourth', 'fifth']

/** `asked second`. */
export const place = (chain: number): string => `asked ${ORDINALS[chain - 1] ?? `as number ${chain}`}`

/** `420 ms`, `1.3 s`. */
export const took = (ms: number): string =>
  ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`
