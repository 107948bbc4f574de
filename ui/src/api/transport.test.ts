import { afterEach, describe, expect, it } from 'vitest'
import { ApiError } from './problem'
import { desktopFetch, transport } from './transport'

const ask = (
  request: (config: { url: string; method: string; data: unknown }) => Promise<unknown>,
  init?: RequestInit,
) => desktopFetch({ request })('http://docktor/api/projects?minutes=60', init)

describe("Docker Desktop's bridge", () => {
  it('gets path, query, method and body', async () => {
    const seen: unknown[] = []
    const answer = await ask(
      async (config) => {
        seen.push(config.url, config.method, config.data)
        return { fine: true }
      },
      { method: 'POST', body: '{"replicas":2}' },
    )
    expect(seen).toEqual(['/api/projects?minutes=60', 'POST', { replicas: 2 }])
    expect(await answer.json()).toEqual({ fine: true })
  })

  it('turns a refusal into the answer that it was', async () => {
    const refused = {
      name: 'Error',
      statusCode: 409,
      message: '{"title":"Scale refused","detail":"max is 4"}',
    }
    const answer = await ask(() => Promise.reject(refused))
    expect(answer.status).toBe(409)
    expect(await answer.json()).toMatchObject({ detail: 'max is 4' })
  })

  it('fails when the bridge itself does', async () => {
    await expect(ask(() => Promise.reject(new Error('connect ECONNREFUSED')))).rejects.toThrow('ECONNREFUSED')
  })

  it('fails when it could not reach the backend, whatever status it has for that', async () => {
    const unreachable = { name: 'Error', statusCode: 500, message: 'dial unix docktor.sock: no such file' }
    await expect(ask(() => Promise.reject(unreachable))).rejects.toThrow('no such file')
    const own = {
      name: 'Error',
      statusCode: 503,
      message: '{"title":"Not ready","detail":"the disk is full"}',
    }
    expect((await ask(() => Promise.reject(own))).status).toBe(503)
  })
})

describe('the transport', () => {
  afterEach(() => {
    delete window.ddClient
  })

  it('throws what went wrong, with who could not be reached as away', async () => {
    const answers = [
      Promise.reject(new Error('refused')),
      Promise.reject({ statusCode: 404, message: '{"detail":"no such service"}' }),
    ]
    window.ddClient = {
      extension: { vm: { service: { request: () => answers.shift() ?? Promise.resolve({}) } } },
    }
    const [first, second] = await Promise.allSettled([
      transport('http://docktor/a'),
      transport('http://docktor/b'),
    ])
    expect(first).toMatchObject({ status: 'rejected', reason: expect.any(ApiError) })
    expect((first as PromiseRejectedResult).reason.away).toBe(true)
    expect((second as PromiseRejectedResult).reason).toMatchObject({ status: 404, detail: 'no such service' })
    expect((await transport('http://docktor/c')).ok).toBe(true)
  })
})
