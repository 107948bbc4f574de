/** Only the rows around what can be seen are on the page, so that 100 000 of them stay smooth. */
import { type RefObject, useEffect, useState } from 'react'

export const ROW_PX = 40
const SPARE = 10

export interface Rows {
  first: number
  /** One after the last. */
  end: number
}

export function rowsIn(scrolled: number, height: number, count: number): Rows {
  const first = Math.max(0, Math.floor(scrolled / ROW_PX) - SPARE)
  const end = Math.min(count, Math.ceil((scrolled + height) / ROW_PX) + SPARE)
  return { first: Math.min(first, end), end }
}

export function useWindow(box: RefObject<HTMLElement>, count: number): Rows {
  const [seen, setSeen] = useState({ scrolled: 0, height: 800 })
  useEffect(() => {
    const element = box.current
    if (!element) return
    let frame = 0
    const look = () => {
      cancelAnimationFrame(frame)
      frame = requestAnimationFrame(() =>
        setSeen((before) => {
          const now = { scrolled: element.scrollTop, height: element.clientHeight }
          const same = rowsIn(before.scrolled, before.height, count)
          const next = rowsIn(now.scrolled, now.height, count)
          return same.first === next.first && same.end === next.end ? before : now
        }),
      )
    }
    look()
    element.addEventListener('scroll', look, { passive: true })
    const watch = new ResizeObserver(look)
    watch.observe(element)
    return () => {
      cancelAnimationFrame(frame)
      element.removeEventListener('scroll', look)
      watch.disconnect()
    }
  }, [box, count])
  return rowsIn(seen.scrolled, seen.height, count)
}
