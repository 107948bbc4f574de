/** What came of a test question, in sentences. */
import type { ModelTest } from '@/api/types'
import { took } from '@/lib/advisor-words'
import { count, plain } from '@/lib/format'

/** `3, 4 or 5`. */
const either = (numbers: readonly number[]): string =>
  numbers.length < 2 ? numbers.join('') : `${numbers.slice(0, -1).join(', ')} or ${numbers.at(-1)}`

export const asked = ({ situation, current, choices }: ModelTest): string =>
  `It was asked about ${situation}: ${count(current, 'replica')} there, and ${either(choices)} to choose from.`

/** What the model chose, and what the rules and hindsight say to that. */
export function answered({ replicas, by_rules: rules, best, failure }: ModelTest): string {
  if (replicas === null) {
    return `It gave no answer that can be used: ${failure ?? 'nobody knows why'}. The rules would choose ${rules}, and decide alone as long as it is so.`
  }
  const agrees = replicas === rules ? 'as the rules would' : `and the rules would choose ${rules}`
  return `It chose ${replicas}, ${agrees}. ${hindsight(replicas, best)}`.trim()
}

function hindsight(replicas: number, best: number | null): string {
  if (best === null) return ''
  if (replicas === best) return 'In hindsight that is right.'
  return `In hindsight ${best} would be right: ${replicas} ${replicas < best ? 'are too few' : 'are more than needed'}.`
}

export const spent = ({ seconds, tokens }: ModelTest): string =>
  `It took ${took(1000 * seconds)}${tokens === null ? '' : ` and ${plain(tokens)} tokens`}.`
