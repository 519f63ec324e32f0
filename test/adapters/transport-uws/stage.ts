import { afterEach, expect } from 'vitest'
import { loadUws } from '../../../src/adapters/transport-uws/uws-binding.js'
import type { UwsTransportOptions } from '../../../src/adapters/transport-uws/uws-settings.js'
import { UwsTransport } from '../../../src/adapters/transport-uws/uws-transport.js'
import type { Listener, TransportEvents } from '../../../src/application/ports/transport.js'
import { portOf } from '../../contracts/transport/stage.js'
import { RawClient } from './raw-client.js'

export const { engine, refusals } = loadUws()

/** The title of a group, with the reason when it has to be skipped. */
export function title(name: string): string {
  const reasons = refusals.map((refusal) => `${refusal.engine}: ${refusal.reason}`).join('; ')
  return engine === undefined ? `${name} (skipped, no engine loads here: ${reasons})` : name
}

const listeners: Listener[] = []
const clients: RawClient[] = []

afterEach(async () => {
  for (const client of clients.splice(0)) client.socket.destroy()
  await Promise.all(listeners.splice(0).map((listener) => listener.stop()))
})

/** A listener on loopback that lives as long as the test. */
export async function listen(events: Partial<TransportEvents>, options: UwsTransportOptions = {}, port = 0) {
  const listener = await new UwsTransport(engine!, options).listen([{ host: '127.0.0.1', port }])
  listeners.push(listener)
  const failures: unknown[] = []
  listener.serve({ ...silent(), failed: (thrown) => void failures.push(thrown), ...events })
  return { listener, port: portOf(listener), failures }
}

export function silent(): TransportEvents {
  return {
    fetch: () => new Response('served'),
    admit: () => 'accept',
    opened: () => undefined,
    received: () => undefined,
    drained: () => undefined,
    closed: () => undefined,
  }
}

export function rawClient(port: number): RawClient {
  const client = new RawClient(port)
  clients.push(client)
  return client
}

/** Waits for what a client sees. */
export function seen(client: RawClient): { toMatch(pattern: RegExp): Promise<void> } {
  return { toMatch: (pattern) => expect.poll(() => client.text, { timeout: 5_000, interval: 5 }).toMatch(pattern) }
}

export async function ended(client: RawClient): Promise<void> {
  await expect.poll(() => client.hasEnded, { timeout: 5_000, interval: 5 }).toBe(true)
}
