import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { render, screen } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { MemoryRouter } from 'react-router'
import { afterEach, describe, expect, it } from 'vitest'
import { ToastProvider } from '@/components/toast'
import { Approvals } from './approvals'
import { decision } from './sample'

interface Asked {
  url: string
  method: string
  data: unknown
}

const proposal = (id: number, service: string) => ({
  decision: decision({ id, service, phase: 'proposed', approval: { state: 'waiting' } }),
  expires: new Date(Date.now() + 600_000).toISOString(),
  expires_s: 600,
})

/** A backend with two proposals. What is posted is kept, and answered with `answer`. */
function open(answer: (asked: Asked) => unknown, role = 'operator') {
  const posted: Asked[] = []
  const pages: Record<string, unknown> = {
    '/api/session': { name: 'me', role, expires: null },
    '/api/approvals': [proposal(7, 'web'), proposal(8, 'worker')],
  }
  window.ddClient = {
    extension: {
      vm: {
        service: {
          request: async (asked) => {
            if (asked.method === 'GET') return pages[asked.url.split('?')[0] ?? ''] ?? []
            posted.push(asked)
            return answer(asked)
          },
        },
      },
    },
  }
  render(
    <QueryClientProvider client={new QueryClient()}>
      <ToastProvider>
        <MemoryRouter>
          <Approvals />
        </MemoryRouter>
      </ToastProvider>
    </QueryClientProvider>,
  )
  return posted
}

const refusal = {
  statusCode: 409,
  message: JSON.stringify({
    title: 'Scale refused',
    detail: '#8 can’t be carried out now: there are 3 by now',
  }),
}

describe('proposals by keyboard', () => {
  afterEach(() => {
    delete window.ddClient
  })

  it('are chosen and approved, and taken back', async () => {
    const user = userEvent.setup()
    const posted = open(() => decision({ phase: 'done' }))
    await screen.findByRole('article', { name: /web: 2 → 4/ })
    await user.keyboard('a') // nothing is chosen yet
    expect(posted).toEqual([])
    await user.keyboard('ja')
    await user.click(await screen.findByRole('button', { name: 'Undo' }))
    await screen.findByText(/2 replicas again/)
    expect(posted.map(({ url, data }) => [url, data])).toEqual([
      ['/api/approvals/7', { verdict: 'approve', reason: '' }],
      ['/api/projects/shop/services/web/scale', { replicas: 2, reason: 'undone' }],
    ])
  }, 30_000)

  it('are changed or rejected in words, and say what refused them', async () => {
    const user = userEvent.setup()
    const posted = open(({ url }) => (url.endsWith('8') ? Promise.reject(refusal) : decision({})))
    await screen.findByRole('article', { name: /worker/ })
    await user.keyboard('jje')
    await user.keyboard('3{Enter}')
    expect(await screen.findAllByText(/there are 3 by now/)).not.toEqual([])
    await user.keyboard('kr')
    await user.keyboard('a sale is on{Enter}')
    await screen.findByText(/web stays at 2 replicas/)
    expect(posted.map(({ data }) => data)).toEqual([
      { verdict: 'modify', replicas: 3, reason: '' },
      { verdict: 'reject', reason: 'a sale is on' },
    ])
  }, 30_000)

  it('are only looked at by a viewer', async () => {
    const user = userEvent.setup()
    const posted = open(() => decision({}), 'viewer')
    await screen.findByRole('article', { name: /web/ })
    await user.keyboard('ja')
    expect(screen.getAllByText(/may look/)).toHaveLength(2)
    expect(posted).toEqual([])
  }, 30_000)
})
