import { describe, expect, it } from 'vitest'
import { MemoryConfigSource } from '../../src/adapters/config-memory/memory-config-source.js'
import { gatewayConfigSchema } from '../../src/domain/config/config.js'
import { redactConfig } from '../../src/domain/config/redact.js'

describe('keys of signatures in the configuration', () => {
  const hooks = {
    enabled: true,
    token: { env: 'HOOKS_TOKEN' },
    signature: { secret: { env: 'SIGNING_KEY' } },
    mappings: [{ id: 'a', signature: { secret: { env: 'OTHER_KEY' } } }],
  }
  const variables = { HOOKS_TOKEN: 'token-1', SIGNING_KEY: 'key-1', OTHER_KEY: 'key-2' }

  it('are looked up where they are kept, in mappings too', async () => {
    const { config, problems } = await new MemoryConfigSource({ hooks }, { variables }).read()
    expect(problems).toEqual([])
    expect(config?.hooks.signature).toEqual({
      header: 'x-hub-signature-256',
      prefix: 'sha256=',
      secret: 'key-1',
      replacesToken: false,
    })
    expect(config?.hooks.mappings[0]?.signature).toEqual({ secret: 'key-2' })
  })

  it('are never shown', async () => {
    const { config } = await new MemoryConfigSource({ hooks }, { variables }).read()
    const shown = JSON.stringify(redactConfig(gatewayConfigSchema(), config))
    for (const secret of Object.values(variables)) expect(shown).not.toContain(secret)
    expect(shown).toContain('x-hub-signature-256')
  })
})
