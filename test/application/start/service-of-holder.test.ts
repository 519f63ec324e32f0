import { describe, expect, it } from 'vitest'
import type { PortHolder } from '../../../src/application/ports/port-holder.js'
import { serviceOfHolder } from '../../../src/application/start/service-of-holder.js'
import { recordOn } from '../../doubles/cli-stage.js'

const holder = (unit: string | null): PortHolder => ({
  pid: 812,
  startedAt: 's',
  command: 'node mayros.js gateway run',
  program: 'node',
  user: 'alice',
  address: '127.0.0.1:18789',
  parentPid: 1,
  unit,
})
const clues = { record: null, isGateway: async () => true, ownService: null }

describe('serviceOfHolder', () => {
  it('knows a unit of ours, of any profile', async () => {
    expect(await serviceOfHolder(holder('mayros-gateway.service'), clues)).toBe('mayros-gateway.service')
    expect(await serviceOfHolder(holder('mayros-gateway-ops.service'), clues)).toBe('mayros-gateway-ops.service')
  })

  it('believes the record of a gateway where the system names no unit', async () => {
    const record = recordOn(18789, { pid: 812, supervisor: 'launchd', unit: 'ai.mayros.gateway' })
    expect(await serviceOfHolder(holder(null), { ...clues, record })).toBe('ai.mayros.gateway')
    expect(await serviceOfHolder(holder(null), { ...clues, record: { ...record, pid: 5 } })).toBeNull()
    expect(await serviceOfHolder(holder(null), { ...clues, record: recordOn(18789, { pid: 812 }) })).toBeNull()
  })

  it('leaves out other units, the service we are, and what an agent started in the unit of its gateway', async () => {
    expect(await serviceOfHolder(holder('nginx.service'), clues)).toBeNull()
    expect(await serviceOfHolder(holder(null), clues)).toBeNull()
    const own = { ...clues, ownService: 'mayros-gateway.service' }
    expect(await serviceOfHolder(holder('mayros-gateway.service'), own)).toBeNull()
    const noGateway = { ...clues, isGateway: async () => false }
    expect(await serviceOfHolder(holder('mayros-gateway.service'), noGateway)).toBeNull()
  })
})
