import type { WantedChange } from './config-preview.js'

/** Somebody has seen what a change comes to, and wants it. */
export class WantedEvent extends Event {
  readonly wanted: WantedChange
  readonly restarts: boolean

  constructor(wanted: WantedChange, restarts: boolean) {
    super('wanted', { bubbles: true, composed: true })
    this.wanted = wanted
    this.restarts = restarts
  }
}
