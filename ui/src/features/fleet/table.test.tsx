import { createTheme, ThemeProvider } from '@mui/material'
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { act, render } from '@testing-library/react'
import { type ComponentProps, Profiler } from 'react'
import { MemoryRouter } from 'react-router'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Service } from '@/api/types'
import { Clock } from './clock'
import { groupsOf } from './groups'
import { service } from './sample'
import { FleetTable } from './table'

const names = Array.from({ length: 50 }, (_, n) => `s${String(n).padStart(2, '0')}`)
const fifty = (change: (name: string) => Partial<Service> = () => ({})) =>
  names.map((name) => service({ name, ...change(name) }))

/** How many table rows were drawn, with whatever is in them. */
let drawn = 0

function CountedRow(props: ComponentProps<'tr'>) {
  return (
    <Profiler
      id="row"
      onRender={() => {
        drawn += 1
      }}
    >
      <tr {...props} />
    </Profiler>
  )
}

const theme = createTheme({
  components: { MuiTableRow: { defaultProps: { component: CountedRow } as object } },
})

function Screen({ services, at, client }: { services: Service[]; at: number; client: QueryClient }) {
  const groups = groupsOf([{ name: 'shop', kind: 'compose', services }], { text: '', unmanaged: true })
  return (
    <QueryClientProvider client={client}>
      <ThemeProvider theme={theme}>
        <MemoryRouter>
          <Clock services={services} answeredAt={at}>
            <FleetTable groups={groups} />
          </Clock>
        </MemoryRouter>
      </ThemeProvider>
    </QueryClientProvider>
  )
}

describe('fifty services', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] }) // no clock ticks, no poll comes in between
    window.ddClient = {
      extension: {
        vm: { service: { request: async ({ url }) => (url.startsWith('/api/glance') ? [] : {}) } },
      },
    }
  })
  afterEach(() => {
    vi.useRealTimers()
    delete window.ddClient
  })

  it('have one row drawn anew when one of them changes, and none when only their next checks do', async () => {
    const client = new QueryClient()
    const screen = (services: Service[], at: number) => <Screen services={services} at={at} client={client} />
    const { container, rerender } = render(screen(fifty(), 1_000))
    await act(async () => undefined)
    expect(container.querySelectorAll('tbody tr')).toHaveLength(51)

    const changed = fifty((name) => (name === 's17' ? { replicas: 3, desired: 4, next_check_s: 2 } : {}))
    drawn = 0
    rerender(screen(changed, 6_000))
    expect(container.querySelector('[aria-label="3 → 4 replicas, 2 ready, between 1 and 8"]')).not.toBeNull()
    expect(drawn).toBe(1)

    drawn = 0
    rerender(
      screen(
        changed.map((one) => ({ ...one, next_check_s: 5 })),
        11_000,
      ),
    )
    expect(drawn).toBe(0)
  }, 60_000)
})
