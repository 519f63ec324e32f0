import type { ProviderChoice } from '../../domain/setup/provider-choices.js'

/** The model that is to answer, and the key to it. */
export type ModelAnswer =
  | {
      readonly kind: 'provider'
      readonly choice: ProviderChoice
      /** Absent: it is in the environment already. */
      readonly key?: string
      /** Id with the provider; absent = keep what is configured, else its usual model. */
      readonly model?: string
    }
  | {
      readonly kind: 'custom'
      /** Id in the configuration. */
      readonly provider: string
      readonly baseUrl: string
      readonly compatibility: 'openai' | 'anthropic'
      readonly model: string
      readonly key?: string
    }

/** What an operator wants. What is absent stays as it is. */
export interface SetupAnswers {
  readonly mode?: 'local' | 'remote'
  /** As it is to be written; `~` may stand first. */
  readonly workspace?: string
  readonly remote?: { readonly url?: string; readonly token?: string }
  readonly gateway?: {
    readonly port?: number
    readonly bind?: string
    readonly auth?: 'token' | 'password'
    readonly token?: string
    /** As it is to be stored: a hash. */
    readonly password?: string
    readonly tailscale?: 'off' | 'serve' | 'funnel'
  }
  readonly model?: ModelAnswer
  /** Keys of more providers, by variable. */
  readonly keys?: readonly { readonly name: string; readonly value: string }[]
  readonly dmScope?: string
}
