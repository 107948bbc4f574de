import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { render, screen } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { afterEach, describe, expect, it } from 'vitest'
import { Cost } from './cost'

const days = [
  { date: '2026-03-05', replica_hours: 48, money: 1.92, known_hours: 24 },
  { date: '2026-03-06', replica_hours: 14, money: 0.56, known_hours: 7 },
]
const advice = [
  { code: 'fits', text: 'nothing to advise', evidence: { recorded: { value: 168, unit: 'h' } } },
  { code: 'max-reached', text: 'allow more', evidence: { at_max: { value: 4.25, unit: '%' } } },
]

function show(costs: unknown) {
  window.ddClient = {
    extension: {
      vm: {
        service: {
          request: async ({ url }) => (url.startsWith('/api/costs') ? costs : { advice }),
        },
      },
    },
  }
  render(
    <QueryClientProvider client={new QueryClient()}>
      <Cost project="shop" service="web" managed />
    </QueryClientProvider>,
  )
}

describe('the cost of a service', () => {
  afterEach(() => {
    delete window.ddClient
  })

  it('is drawn as bars, told as a table, and judged', async () => {
    show([{ project: 'shop', service: 'web', price: 0.04, days }])
    const bars = await screen.findByRole('img', {
      name: /48 replica-hours, 1.92; Today: 14 replica-hours, 0.56/,
    })
    expect(bars.textContent).toContain('48 h')
    expect(screen.getByText(/62 replica-hours, 2.48 in 2 days, at 0.04/)).toBeDefined()
    await userEvent.click(screen.getByRole('button', { name: 'Days as table' }))
    expect(screen.getByRole('row', { name: 'Today 14 0.56 7' })).toBeDefined()
    expect(await screen.findByText('Allow more.')).toBeDefined()
    expect(screen.getByText('at max 4.25 %')).toBeDefined()
    expect(screen.getByText('recorded 168 h')).toBeDefined()
  })

  it('is not told while nothing is recorded', async () => {
    show([])
    expect(await screen.findByText('Nothing to advise.')).toBeDefined()
    expect(screen.queryByRole('img')).toBeNull()
  })
})
