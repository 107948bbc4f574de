import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { configure, render, screen, waitFor, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { createMemoryRouter, RouterProvider } from 'react-router'
import { afterEach, describe, expect, it } from 'vitest'
import { ToastProvider } from '@/components/toast'
import { RulesScreen } from './rules'

const ENTRY = {
  name: 'web',
  max_replicas: 8,
  'x-own': { kept: [1, 2] },
  rules: { scale_up_when: [{ metric: 'cpu.avg', op: '>', value: 75 }], scale_down_when: [] },
}
const DETAIL = {
  service: { project: 'shop', name: 'web', managed: true, metrics: { 'cpu.avg': 40 }, unscalable: null },
  settings: [{ path: 'min_replicas', value: 4, source: 'label' }],
  rules: [],
  replicas: [],
  missing: {},
  hold: null,
  entry: ENTRY,
  origin: 'docktor.yaml',
}
const PATH = '/api/projects/shop/services/web'

/** The backend at the other end of Docker Desktop's bridge; `put` answers what is saved. */
function backend(role: string, put: (data: unknown) => unknown) {
  const refuse = (statusCode: number, body: object) =>
    Promise.reject({ statusCode, message: JSON.stringify(body) })
  const answers: Record<string, unknown> = {
    '/api/session': { name: 'me', role, expires: null },
    '/api/providers': [],
    [PATH]: DETAIL,
  }
  window.ddClient = {
    extension: {
      vm: {
        service: {
          request: async ({ url, method, data }) => {
            if (method === 'PUT') return put(data)
            if (url === `${PATH}/rules/check`)
              return { problems: [], before: 'services: []', after: 'services: [web]' }
            return method === 'GET' && url in answers
              ? answers[url]
              : refuse(404, { detail: 'no such route' })
          },
        },
      },
    },
  }
  return refuse
}

function open(query = '') {
  const client = new QueryClient({ defaultOptions: { queries: { retry: false } } })
  const router = createMemoryRouter(
    [
      { path: '/s/:project/:service/rules', element: <RulesScreen /> },
      { path: '/elsewhere', element: <p>elsewhere</p> },
    ],
    { initialEntries: [`/s/shop/web/rules${query}`] },
  )
  render(
    <QueryClientProvider client={client}>
      <ToastProvider>
        <RouterProvider router={router} />
      </ToastProvider>
    </QueryClientProvider>,
  )
  return router
}

const save = async (user: ReturnType<typeof userEvent.setup>) => {
  await user.click(screen.getByText('Review and save'))
  const dialog = await screen.findByRole('dialog')
  await within(dialog).findByLabelText('What changes')
  await user.click(within(dialog).getByText('Write docktor.yaml'))
}

// The form is large, and roles in it are slow to look up: it is searched by label and text.
configure({ asyncUtilTimeout: 10_000 })

describe('the rules of a service', () => {
  afterEach(() => {
    delete window.ddClient
  })

  it('are saved with everything the form does not know', { timeout: 30_000 }, async () => {
    const saved: unknown[] = []
    backend('admin', (data) => {
      saved.push(data)
      return { ...DETAIL, entry: data }
    })
    const user = userEvent.setup({ delay: null })
    open('?metric=cpu.avg&op=%3E&value=60')
    const most = await screen.findByLabelText('Most replicas')
    expect(screen.getByLabelText('Fewest replicas')).toHaveProperty('placeholder', '4 (from a label)')
    await user.clear(most)
    await user.type(most, '12')
    await user.click(screen.getByText('YAML'))
    const text = await screen.findByLabelText('This service in docktor.yaml')
    expect(text).toHaveProperty('value', expect.stringContaining('max_replicas: 12'))
    await user.click(screen.getByText('Form'))
    await save(user)
    await waitFor(() => expect(saved).toHaveLength(1))
    expect(saved[0]).toEqual({
      ...ENTRY,
      max_replicas: 12,
      rules: { ...ENTRY.rules, scale_up_when: [{ metric: 'cpu.avg', op: '>', value: 60 }] },
    })
    await screen.findByText(/docktor.yaml is written/)
  })

  it('show a refusal at its field, and ask before it is left', { timeout: 30_000 }, async () => {
    const refuse = backend('admin', () =>
      refuse(422, {
        title: 'Invalid configuration',
        problems: [
          { path: 'max_replicas', message: 'must be 1 or more, not 0', line: null },
          { path: 'colour', message: 'unknown field', line: null },
        ],
      }),
    )
    const user = userEvent.setup({ delay: null })
    const router = open()
    const most = await screen.findByLabelText('Most replicas')
    await user.clear(most)
    await user.type(most, '0')
    await save(user)
    await waitFor(() => expect(most.getAttribute('aria-invalid')).toBe('true'))
    screen.getByText('must be 1 or more, not 0')
    screen.getByText('colour: unknown field')
    void router.navigate('/elsewhere')
    await user.click(await screen.findByText('Leave'))
    await screen.findByText('elsewhere')
  })

  it('are only shown to who may not change them', { timeout: 30_000 }, async () => {
    backend('viewer', () => DETAIL)
    open()
    const most = await screen.findByLabelText('Most replicas')
    await screen.findByText(/needs an admin/)
    expect(most).toHaveProperty('readOnly', true)
    expect(screen.queryByText('Review and save')).toBeNull()
  })
})
