import type { Tool, Toolbox } from '../ports/tools.js'
import { type WebFetchParts, webFetchTool } from './web/web-fetch-tool.js'

/** Tools that read the public internet. */
export class WebToolbox implements Toolbox {
  readonly id = 'builtin'
  readonly #settings: WebFetchParts['settings']
  readonly #fetch: readonly Tool[]

  constructor(parts: WebFetchParts) {
    this.#settings = parts.settings
    this.#fetch = [webFetchTool(parts) as Tool]
  }

  tools(): readonly Tool[] {
    return this.#settings().enabled ? this.#fetch : []
  }

  /** Nothing it does outlives a call. */
  close(): Promise<void> {
    return Promise.resolve()
  }
}
