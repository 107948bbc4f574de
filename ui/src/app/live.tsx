import { useQueryClient } from '@tanstack/react-query'
import { createContext, type PropsWithChildren, useContext, useEffect, useState } from 'react'
import { follow, heed, type Link } from '@/api/events'

const LinkContext = createContext<Link>('connecting')

export const useLink = () => useContext(LinkContext)

/** Follows the backend's events for as long as it is on the screen. */
export function Live({ children }: PropsWithChildren) {
  const client = useQueryClient()
  const [link, setLink] = useState<Link>('connecting')
  useEffect(
    () =>
      follow({
        onLink: setLink,
        onEvent: (event) => heed(client, event),
        onResync: () => void client.invalidateQueries(),
      }),
    [client],
  )
  return <LinkContext.Provider value={link}>{children}</LinkContext.Provider>
}
