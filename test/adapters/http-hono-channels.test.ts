import { afterEach, describe, expect, it } from 'vitest'
import { MemoryChannel } from '../../src/adapters/channel-memory/memory-channel.js'
import { tokens } from '../../src/bootstrap/index.js'
import { GatewayStage } from '../doubles/gateway-stage.js'

/** Answers what its network sends to our address. */
class ReachedChannel extends MemoryChannel {
  readonly httpPaths = [`/telegram/${this.accountId}`]

  async handle(request: Request): Promise<Response> {
    return new Response(`${this.accountId} heard ${await request.text()}`, { status: 202 })
  }
}

let stage: GatewayStage

afterEach(() => stage.close())

async function opened(): Promise<void> {
  stage = await GatewayStage.open({
    config: { channels: { telegram: { accounts: { home: { botToken: '1:a' }, work: { botToken: '1:b' } } } } },
    modules: [
      (bindings) => {
        bindings.constant(tokens.channelLoaders, {
          telegram:
            async () =>
            ({ accountId }) =>
              new ReachedChannel({ id: 'telegram', accountId }),
        })
      },
    ],
  })
  await stage.settle()
}

const posted = (path: string, headers: Record<string, string> = {}) =>
  stage.transport.fetch(`http://127.0.0.1:${stage.endpoint.port}${path}`, { method: 'POST', body: 'news', headers })

describe('requests of chat networks', () => {
  it('reach the account whose path it is, without a token of the gateway', async () => {
    await opened()
    for (const account of ['home', 'work']) {
      const response = await posted(`/telegram/${account}`)
      expect([response.status, await response.text()]).toEqual([202, `${account} heard news`])
      expect(response.headers.get('x-content-type-options')).toBe('nosniff')
    }
  })

  it('reach nobody at other paths, and never come from pages of others', async () => {
    await opened()
    for (const path of ['/telegram', '/telegram/home/', '/telegram/else']) expect((await posted(path)).status).toBe(405)
    expect((await posted('/telegram/home', { origin: 'https://evil.example' })).status).toBe(403)
  })
})
