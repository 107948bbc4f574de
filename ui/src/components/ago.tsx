import { Tooltip } from '@mui/material'
import { useEffect, useState } from 'react'
import { ago, countdown, exact } from '@/lib/time'

/** The time, once a second for as long as somebody looks. */
export function useNow(everyMs = 1_000): number {
  const [now, setNow] = useState(Date.now)
  useEffect(() => {
    const timer = setInterval(() => !document.hidden && setNow(Date.now()), everyMs)
    return () => clearInterval(timer)
  }, [everyMs])
  return now
}

/** "2 min ago", and the exact time on hover. */
export function Ago({ at }: { at: string }) {
  const now = useNow(10_000)
  const time = Date.parse(at)
  return (
    <Tooltip describeChild title={exact(time)}>
      <time dateTime={at}>{ago(time, Math.max(now, time))}</time>
    </Tooltip>
  )
}

/** "4:12" until a moment, and the exact one on hover. */
export function Until({ at }: { at: number }) {
  const now = useNow()
  return (
    <Tooltip describeChild title={exact(at)}>
      <span>{countdown((at - now) / 1000)}</span>
    </Tooltip>
  )
}
