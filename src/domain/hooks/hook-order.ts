/** When the main session takes a turn because of a webhook. */
export type WakeMode = 'now' | 'next-heartbeat'

/** A webhook tells the main session something. */
export interface WakeOrder {
  readonly text: string
  readonly mode: WakeMode
}

/** A webhook has an agent run. */
export interface AgentOrder {
  readonly message: string
  /** Who sent it, for people and for the model. */
  readonly name: string
  readonly agentId?: string
  /** What becomes of the summary for the main session. */
  readonly wakeMode: WakeMode
  readonly sessionKey?: string
  /** Send the answer to a chat. */
  readonly deliver: boolean
  /** `last`, or a kind of channel. */
  readonly channel: string
  readonly to?: string
  /** `provider/model` or an alias. */
  readonly model?: string
  readonly thinking?: string
  readonly timeoutSeconds?: number
}

export type ReadOrder<Order> =
  | { readonly ok: true; readonly order: Order }
  /** For whoever sent it. */
  | { readonly ok: false; readonly error: string }
