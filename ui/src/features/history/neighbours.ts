/** The decisions of the same service right before and right after one. */
import { useQuery } from '@tanstack/react-query'
import { decisions } from '@/api/decisions'
import type { Decision } from '@/api/types'

/** The newest with a number below `before`, of one service. */
type Newest = (before: number | undefined) => Promise<number | null>

/** The record answers newest first, so the next one is searched for by halving. */
export async function nextOf(id: number, newestBelow: Newest): Promise<number | null> {
  let found = await newestBelow(undefined)
  if (found === null || found <= id) return null
  let low = id // nothing of the service is in (id, low]
  while (found - low > 1) {
    const middle: number = low + 1 + Math.ceil((found - low - 1) / 2)
    const below = await newestBelow(middle)
    if (below !== null && below > id) found = below
    else low = middle - 1
  }
  return found
}

export const useNeighbours = ({ id, project, service }: Decision) =>
  useQuery({
    queryKey: ['decisions', 'beside', id],
    queryFn: async ({ signal }) => {
      const newestBelow: Newest = async (before) =>
        (await decisions({ project, service, before, limit: 1 }, signal))[0]?.id ?? null
      const [previous, next] = await Promise.all([newestBelow(id), nextOf(id, newestBelow)])
      return { previous, next }
    },
    staleTime: 10_000,
  })
