import { describe, expect, it } from 'vitest'
import { MemoryTailnet } from '../../src/adapters/tailnet-memory/memory-tailnet.js'
import { tailnetContract } from '../contracts/tailnet.contract.js'

tailnetContract(
  { describe, it },
  {
    name: 'memory',
    create: async (users) => sceneOf(new MemoryTailnet({ users })),
    createRefusing: async () => {
      const tailnet = new MemoryTailnet()
      tailnet.refuseWith('tailscale-refused')
      return sceneOf(tailnet)
    },
  },
)

function sceneOf(tailnet: MemoryTailnet) {
  return {
    tailnet,
    published: async () => Object.fromEntries(tailnet.published),
    dispose: async () => undefined,
  }
}

describe('the tailnet of a test', () => {
  it('can keep its address to itself, and stop refusing', async () => {
    const tailnet = new MemoryTailnet({ url: null })
    tailnet.refuseWith('tailscale-timeout')
    await expect(tailnet.publish('serve', 1)).rejects.toMatchObject({ code: 'tailscale-timeout', retryable: true })
    tailnet.refuseWith(null)
    expect(await tailnet.publish('serve', 1)).toBeNull()
  })
})
