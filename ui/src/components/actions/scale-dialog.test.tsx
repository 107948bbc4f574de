import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { render, screen } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { afterEach, expect, it } from 'vitest'
import type { Service } from '@/api/types'
import { ToastProvider } from '@/components/toast'
import { ScaleDialog } from './scale-dialog'

const service: Service = {
  project: 'shop',
  name: 'web',
  kind: 'compose',
  managed: true,
  mode: 'auto',
  state: 'steady',
  reason: '',
  replicas: 2,
  ready: 2,
  desired: 2,
  min: 1,
  max: 8,
  metrics: {},
  next_check_s: 9,
  unscalable: null,
  driving_metric: null,
}

afterEach(() => {
  delete window.ddClient
})

it('shows the limit that stopped a scale, and keeps what was typed', async () => {
  const refusal = {
    statusCode: 409,
    message: '{"title":"Scale refused","detail":"12 is above max_replicas 8"}',
  }
  const asked: unknown[] = []
  window.ddClient = {
    extension: {
      vm: {
        service: {
          request: ({ data }) => {
            asked.push(data)
            return Promise.reject(refusal)
          },
        },
      },
    },
  }
  let closed = false
  render(
    <QueryClientProvider client={new QueryClient()}>
      <ToastProvider>
        <ScaleDialog
          service={service}
          onClose={() => {
            closed = true
          }}
        />
      </ToastProvider>
    </QueryClientProvider>,
  )
  const user = userEvent.setup()
  const replicas = screen.getByRole('spinbutton', { name: /Replicas/ })
  await user.clear(replicas)
  await user.type(replicas, '12')
  await user.type(screen.getByRole('textbox', { name: 'Reason' }), 'a sale')
  expect(screen.getByText('Between 1 and 8. This is outside.')).toBeTruthy()
  await user.click(screen.getByRole('button', { name: 'Scale to 12' }))
  expect((await screen.findByRole('alert')).textContent).toContain('12 is above max_replicas 8')
  expect(asked).toEqual([{ replicas: 12, reason: 'a sale' }])
  expect(screen.getByDisplayValue('a sale')).toBeTruthy()
  expect(closed).toBe(false)
}, 30_000)
