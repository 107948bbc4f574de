import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { render, screen } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { afterEach, describe, expect, it } from 'vitest'
import { ToastProvider } from '@/components/toast'
import { Mode } from './mode'

/** What is put is kept, and answered with `answer`. */
function open(role: string, answer: () => unknown = () => ({})) {
  const put: unknown[] = []
  window.ddClient = {
    extension: {
      vm: {
        service: {
          request: async ({ method, data }) => {
            if (method === 'GET') return { name: 'me', role, expires: null }
            put.push(data)
            return answer()
          },
        },
      },
    },
  }
  render(
    <QueryClientProvider client={new QueryClient()}>
      <ToastProvider>
        <Mode now="advise" />
      </ToastProvider>
    </QueryClientProvider>,
  )
  return put
}

describe('what the model may do', () => {
  afterEach(() => {
    delete window.ddClient
  })

  it('is set as soon as it is chosen', async () => {
    const put = open('admin')
    const shadow = await screen.findByRole('radio', { name: 'Shadow' })
    await expect.poll(() => (shadow as HTMLInputElement).disabled).toBe(false)
    await userEvent.click(shadow)
    expect(await screen.findByText(/only scored from now on/)).toBeDefined()
    expect(put).toEqual([{ mode: 'shadow' }])
  })

  it('says why it could not be set', async () => {
    const detail = 'llm.model: provider openai needs a model'
    open('admin', () => {
      throw { statusCode: 422, message: JSON.stringify({ title: 'Invalid configuration', detail }) }
    })
    const off = await screen.findByRole('radio', { name: 'Off' })
    await expect.poll(() => (off as HTMLInputElement).disabled).toBe(false)
    await userEvent.click(off)
    expect(await screen.findByText(`It stays as it is: ${detail}`)).toBeDefined()
    expect((screen.getByRole('radio', { name: 'Advise' }) as HTMLInputElement).checked).toBe(true)
  })

  it('is only shown to who is no admin', async () => {
    open('operator')
    expect(await screen.findByText('Only a token with the role admin may change it.')).toBeDefined()
    expect(screen.getAllByRole('radio').every((one) => (one as HTMLInputElement).disabled)).toBe(true)
  })
})
