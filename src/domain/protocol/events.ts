/** Who may see an event. `everyone` includes nodes and operators without any scope. */
export type EventGate = 'everyone' | 'read' | 'pairing' | 'approvals' | 'targeted'

interface EventRule {
  readonly gate: EventGate
  /** A client that is too slow misses it silently instead of being closed. */
  readonly dropIfSlow: boolean
}

/** Every event of protocol v3, in the order it is advertised. */
export const EVENTS = {
  'connect.challenge': { gate: 'targeted', dropIfSlow: false },
  agent: { gate: 'read', dropIfSlow: false },
  chat: { gate: 'read', dropIfSlow: false },
  presence: { gate: 'read', dropIfSlow: true },
  tick: { gate: 'everyone', dropIfSlow: true },
  'talk.mode': { gate: 'read', dropIfSlow: true },
  shutdown: { gate: 'everyone', dropIfSlow: false },
  health: { gate: 'everyone', dropIfSlow: false },
  heartbeat: { gate: 'read', dropIfSlow: true },
  cron: { gate: 'read', dropIfSlow: true },
  'node.pair.requested': { gate: 'pairing', dropIfSlow: true },
  'node.pair.resolved': { gate: 'pairing', dropIfSlow: true },
  'node.invoke.request': { gate: 'targeted', dropIfSlow: false },
  'device.pair.requested': { gate: 'pairing', dropIfSlow: true },
  'device.pair.resolved': { gate: 'pairing', dropIfSlow: true },
  'channel.pairing.requested': { gate: 'pairing', dropIfSlow: true },
  'channel.pairing.resolved': { gate: 'pairing', dropIfSlow: true },
  'voicewake.changed': { gate: 'read', dropIfSlow: true },
  'exec.approval.requested': { gate: 'approvals', dropIfSlow: true },
  'exec.approval.resolved': { gate: 'approvals', dropIfSlow: true },
  'update.available': { gate: 'read', dropIfSlow: true },
} as const satisfies Record<string, EventRule>

export type EventName = keyof typeof EVENTS

/** Advertised in `hello-ok.features.events`. */
export const EVENT_NAMES = Object.keys(EVENTS) as readonly EventName[]
