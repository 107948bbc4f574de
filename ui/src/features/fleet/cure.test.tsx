import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { render, screen } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { afterEach, describe, expect, it } from 'vitest'
import type { Override } from '@/api/types'
import { Cure } from './cure'
import { service } from './sample'

const blocked = service({
  name: 'db',
  project: 'shop',
  unscalable:
    'shop/db publishes host port 5432, which only one replica can have: `docktor make-scalable shop/db` writes the override that cures it',
})

const nothing: Override = {
  text: null,
  command: 'docktor make-scalable db',
  notes: [],
  why: 'its Compose file /srv/shop/compose.yaml can’t be read from where Docktor runs',
  file: null,
  use: null,
}

const made: Override = {
  text: 'services:\n  db:\n    ports: !reset []\n',
  command: 'docktor make-scalable db --compose-file /srv/shop/compose.yaml',
  notes: ['all replicas will write to the same data'],
  why: null,
  file: '/srv/shop/docktor.db.yaml',
  use: 'docker compose -p shop -f /srv/shop/compose.yaml -f /srv/shop/docktor.db.yaml up -d',
}

/** The addresses that were asked for. */
async function open(role: string, answer: () => unknown) {
  const asked: string[] = []
  window.ddClient = {
    extension: {
      vm: {
        service: {
          request: async ({ url }) => {
            asked.push(url)
            return url === '/api/session' ? { name: 'me', role, expires: null } : answer()
          },
        },
      },
    },
  }
  render(
    <QueryClientProvider client={new QueryClient()}>
      <Cure service={blocked} />
    </QueryClientProvider>,
  )
  await userEvent.click(screen.getByRole('button', { name: 'Show the cure for db' }))
  return asked
}

describe('the cure', () => {
  afterEach(() => {
    delete window.ddClient
  })

  it('is the override, how to use it, and the command that makes it', async () => {
    await open('operator', () => made)
    expect(await screen.findByText(/ports: !reset/)).toBeDefined()
    for (const words of [made.use, made.command, `Save this as ${made.file}:`, `Mind: ${made.notes[0]}.`]) {
      expect(screen.getByText(words ?? '')).toBeDefined()
    }
    expect(screen.getByRole('button', { name: 'Copy the override' })).toBeDefined()
  })

  it('says why there is none, and has the command still', async () => {
    await open('admin', () => nothing)
    expect(
      await screen.findByText(/^Its Compose file .* can’t be read from where Docktor runs\.$/),
    ).toBeDefined()
    expect(screen.getByText('docktor make-scalable db')).toBeDefined()
  })

  it('has the command when nobody answers', async () => {
    await open('operator', () => {
      throw { statusCode: 409, message: JSON.stringify({ title: 'Scale refused', detail: 'it is not ours' }) }
    })
    expect(await screen.findByText(/can’t be shown: it is not ours/)).toBeDefined()
    expect(screen.getByText('docktor make-scalable db')).toBeDefined()
  })

  it('asks for no file for who only looks', async () => {
    const asked = await open('viewer', () => made)
    expect(await screen.findByText('docktor make-scalable db')).toBeDefined()
    expect(asked.filter((url) => url.includes('override'))).toEqual([])
  })
})
