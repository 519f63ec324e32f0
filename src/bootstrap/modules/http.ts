import { HonoHttpApp } from '../../adapters/http-hono/hono-http-app.js'
import type { Module } from '../bindings.js'
import { tokens } from '../tokens.js'

/** The HTTP endpoints. */
export const http: Module = (bindings) => {
  bindings.factory(
    tokens.http,
    (system, log) => new HonoHttpApp({ version: system.version, isReady: () => true }, log.child('gateway/http')),
    [tokens.system, tokens.log],
  )
}
