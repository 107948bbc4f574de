import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { render, screen } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { createMemoryRouter, RouterProvider } from 'react-router'
import { afterEach, describe, expect, it } from 'vitest'
import { aDecision } from '@/test/decision'
import { ToastProvider } from './toast'
import { Why } from './why'
import { aboutAdvice, advised, approvedBy, noOutcome, seen, wanted } from './why-text'

const model = { provider: 'dmr', model: 'ai/llama3.2', latency_ms: 412, tokens: 318 }

describe('what a decision says', () => {
  it('begins with what its rules speak of and what was missing', () => {
    const { first, rest } = seen(aDecision())
    expect(first.map((one) => one.metric)).toEqual(['cpu.avg', 'queue.backlog'])
    expect(first[1]).toMatchObject({ value: null, why: 'nats does not answer' })
    expect(rest.map((one) => one.metric)).toEqual(['cpu.max', 'health.restarts'])
  })

  it('knows what the rules wanted before the limits', () => {
    expect(wanted(aDecision())).toBe(6)
    expect(wanted(aDecision({ limits: [] }))).toBe(5)
  })

  it.each([
    [{}, 'absent'],
    [{ ...model, chosen: null, failure: 'no answer within 8 s' }, 'failed'],
    [{ ...model, chosen: 5, changed: false }, 'agreed'],
    [{ ...model, chosen: 5, changed: true }, 'changed'],
    [{ ...model, chosen: 4, changed: false }, 'ignored'],
  ])('knows what became of the advice %j', (metadata, what) =>
    expect(advised(aDecision({ metadata }))).toBe(what),
  )

  it('names the model and what it took', () => {
    expect(aboutAdvice(model)).toBe('ai/llama3.2 · 0.4 s · 318 tokens')
    expect(aboutAdvice({ provider: 'dmr' })).toBe('dmr')
  })

  it('says who approved, and why nothing came of it', () => {
    expect(approvedBy(aDecision())).toBeNull()
    expect(approvedBy(aDecision({ approval: { state: 'approved', by: 'ann' } }))).toBe('Approved by ann')
    expect(noOutcome(aDecision())).toBe('Not known yet.')
    expect(noOutcome(aDecision({ phase: 'blocked' }))).toMatch(/Nothing was changed/)
  })
})

describe('the panel', () => {
  const asked: string[] = []
  afterEach(() => {
    asked.length = 0
    delete window.ddClient
  })

  const show = (decision = aDecision()) => {
    window.ddClient = {
      extension: {
        vm: {
          service: {
            request: async ({ url }) => {
              asked.push(url)
              return url.includes('similar') ? [] : { text: '#812 as the terminal says it' }
            },
          },
        },
      },
    }
    const router = createMemoryRouter([{ path: '/', element: <Why decision={decision} /> }])
    render(
      <QueryClientProvider client={new QueryClient()}>
        <ToastProvider>
          <RouterProvider router={router} />
        </ToastProvider>
      </QueryClientProvider>,
    )
  }

  it('goes through the steps, with the number of replicas as it leaves each', () => {
    show()
    expect(screen.getAllByRole('heading', { level: 3 }).map((one) => one.textContent)).toEqual([
      'Saw',
      'Rules',
      'Advisor',
      'Limits',
      'Did',
      'Came of it',
      'Similar past cases',
    ])
    expect(screen.getAllByRole('img').map((one) => one.textContent)).toEqual(['3', '6', '5', '5'])
    expect(screen.getByText(/nats does not answer/, { selector: 'dd' })).toBeTruthy()
    expect(screen.getByText(/can't be told/)).toBeTruthy()
  })

  it('shows a forecast only where there was one', () => {
    show(aDecision({ source: 'forecast', reason: 'cpu.avg will be 90 in 2 min' }))
    expect(screen.getByRole('heading', { name: 'Forecast' })).toBeTruthy()
  })

  it('copies what the terminal prints, and asks for similar cases only when they are opened', async () => {
    show()
    const user = userEvent.setup()
    expect(asked).toEqual([])
    await user.click(screen.getByRole('button', { name: 'Copy as text' }))
    await screen.findByText('Copied.')
    expect(await navigator.clipboard.readText()).toBe('#812 as the terminal says it')
    await user.click(screen.getByRole('button', { name: 'Similar past cases' }))
    await screen.findByText('There is none on record.')
    expect(asked).toEqual(['/api/decisions/812/explain', '/api/decisions/812/similar?limit=5'])
  })
})
