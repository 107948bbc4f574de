export type TimePoint = readonly [time: number, value: number | null]

/** A line that stays level until the next point, from the first moment to the last. */
export function stepPath(
  points: readonly TimePoint[],
  first: number,
  last: number,
  width: number,
  y: (value: number) => number,
): string {
  const span = last - first || 1
  const x = (time: number) => (Math.min(1, Math.max(0, (time - first) / span)) * width).toFixed(1)
  let path = ''
  for (const [time, value] of points) {
    if (value === null) continue
    path += path ? `H${x(time)}V${y(value).toFixed(1)}` : `M${x(time)},${y(value).toFixed(1)}`
  }
  return path && `${path}H${width}`
}
