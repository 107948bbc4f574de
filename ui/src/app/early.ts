/** What the first screen is going to ask for, asked while its code is still coming. */
import { projectsQuery, sessionQuery } from '@/api/queries'
import { insideDesktop, sessionHeaders } from '@/api/transport'
import { client } from './providers'

const FLEET = /^(#\/?)?(\?|$)/

export function askEarly(): void {
  void client.prefetchQuery(sessionQuery)
  const known = insideDesktop() || sessionHeaders()['X-Docktor'] !== ''
  if (known && FLEET.test(window.location.hash)) void client.prefetchQuery(projectsQuery)
}
