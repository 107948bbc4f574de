/** What differs between two texts, line by line: the longest common subsequence stays. */

export interface Line {
  sign: ' ' | '+' | '-'
  text: string
}

const MOST_CELLS = 4_000_000

export function diff(before: string, after: string): Line[] {
  const old = before === '' ? [] : before.replace(/\n$/, '').split('\n')
  const now = after === '' ? [] : after.replace(/\n$/, '').split('\n')
  let start = 0
  while (start < old.length && start < now.length && old[start] === now[start]) start += 1
  let end = 0
  while (
    end < old.length - start &&
    end < now.length - start &&
    old[old.length - 1 - end] === now[now.length - 1 - end]
  )
    end += 1
  const kept = (text: string): Line => ({ sign: ' ', text })
  return [
    ...old.slice(0, start).map(kept),
    ...middle(old.slice(start, old.length - end), now.slice(start, now.length - end)),
    ...old.slice(old.length - end).map(kept),
  ]
}

function middle(old: string[], now: string[]): Line[] {
  const removed = (text: string): Line => ({ sign: '-', text })
  const added = (text: string): Line => ({ sign: '+', text })
  if (old.length * now.length > MOST_CELLS) return [...old.map(removed), ...now.map(added)]
  const width = now.length + 1
  const lengths = new Uint32Array((old.length + 1) * width)
  const at = (row: number, column: number) => lengths[row * width + column] ?? 0
  for (let row = old.length - 1; row >= 0; row--) {
    for (let column = now.length - 1; column >= 0; column--) {
      lengths[row * width + column] =
        old[row] === now[column]
          ? at(row + 1, column + 1) + 1
          : Math.max(at(row + 1, column), at(row, column + 1))
    }
  }
  const lines: Line[] = []
  let row = 0
  let column = 0
  while (row < old.length || column < now.length) {
    const left = old[row]
    const right = now[column]
    if (left !== undefined && left === right) {
      lines.push({ sign: ' ', text: left })
      row += 1
      column += 1
    } else if (left !== undefined && (right === undefined || at(row + 1, column) >= at(row, column + 1))) {
      lines.push(removed(left))
      row += 1
    } else {
      lines.push(added(right ?? ''))
      column += 1
    }
  }
  return lines
}

export interface Stretch {
  lines: readonly Line[]
  /** So many lines that are alike in both were left out. */
  skipped: number
}

/** Only what changed, with some lines around it. */
export function stretches(lines: readonly Line[], around = 3): Stretch[] {
  const near = lines.map((_, index) =>
    lines.slice(Math.max(0, index - around), index + around + 1).some((line) => line.sign !== ' '),
  )
  const found: { lines: Line[]; skipped: number }[] = []
  lines.forEach((line, index) => {
    const last = found.at(-1)
    if (near[index]) {
      if (last && last.skipped === 0) last.lines.push(line)
      else found.push({ lines: [line], skipped: 0 })
    } else if (last && last.skipped > 0) last.skipped += 1
    else found.push({ lines: [], skipped: 1 })
  })
  return found
}
