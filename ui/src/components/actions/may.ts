import { useSession } from '@/api/queries'

export const LOOKS_ONLY = 'Your token may look, and change nothing.'
export const ADMIN_ONLY = 'Only a token with the role admin may write rules.'

/** What the one who is signed in may do; the backend checks it again. */
export function useMay() {
  const role = useSession().data?.role
  return { act: role === 'operator' || role === 'admin', edit: role === 'admin' }
}
