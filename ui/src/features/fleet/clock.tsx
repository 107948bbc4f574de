import { Tooltip } from '@mui/material'
import { createContext, type PropsWithChildren, useContext, useEffect, useMemo, useRef } from 'react'
import type { Service } from '@/api/types'
import { useNow } from '@/components/ago'
import { countdown, exact } from '@/lib/time'
import { keyOf } from './groups'

type Due = ReadonlyMap<string, number>

/** One clock for all rows. What is due is read at each of its ticks, so that an answer draws no row anew. */
const NowContext = createContext(0)
const DueContext = createContext<{ readonly current: Due }>({ current: new Map() })

const dueOf = (services: readonly Service[], answeredAt: number): Due =>
  new Map(
    services.flatMap((one) =>
      one.next_check_s === null ? [] : [[keyOf(one), answeredAt + one.next_check_s * 1000] as const],
    ),
  )

export function Clock({
  services,
  answeredAt,
  children,
}: PropsWithChildren<{ services: readonly Service[]; answeredAt: number }>) {
  const due = useMemo(() => dueOf(services, answeredAt), [services, answeredAt])
  const latest = useRef(due)
  useEffect(() => {
    latest.current = due
  }, [due])
  return (
    <DueContext.Provider value={latest}>
      <Now>{children}</Now>
    </DueContext.Provider>
  )
}

function Now({ children }: PropsWithChildren) {
  return <NowContext.Provider value={useNow()}>{children}</NowContext.Provider>
}

export function NextCheck({ name }: { name: string }) {
  const now = useContext(NowContext)
  const at = useContext(DueContext).current.get(name)
  if (at === undefined) return '–'
  return (
    <Tooltip describeChild title={exact(at)}>
      <span>{at <= now ? 'now' : countdown((at - now) / 1000)}</span>
    </Tooltip>
  )
}
