import type { Gateway } from '../application/gateway.js'
import type { Module } from './bindings.js'
import { compose, type Parts } from './container.js'
import { access } from './modules/access.js'
import { agents } from './modules/agents.js'
import { channels } from './modules/channels.js'
import { commands } from './modules/commands.js'
import { connections } from './modules/connections.js'
import { conversations } from './modules/conversations.js'
import { cron } from './modules/cron.js'
import { engineMethods } from './modules/engine-methods.js'
import { gateway } from './modules/gateway.js'
import { hooks } from './modules/hooks.js'
import { http } from './modules/http.js'
import { methods } from './modules/methods.js'
import { models } from './modules/models.js'
import { reload } from './modules/reload.js'
import { responses } from './modules/responses.js'
import { runners } from './modules/runners.js'
import { runs } from './modules/runs.js'
import { stores } from './modules/stores.js'
import { tools } from './modules/tools.js'
import { world } from './modules/world.js'
import { tokens } from './tokens.js'

/** One gateway built from one configuration snapshot: the second lifetime, started and thrown away whole. */
export interface Instance {
  readonly gateway: Gateway
  readonly parts: Parts
}

const standard: readonly Module[] = [
  world,
  stores,
  responses,
  runners,
  models,
  agents,
  access,
  connections,
  runs,
  tools,
  conversations,
  commands,
  channels,
  cron,
  engineMethods,
  methods,
  reload,
  hooks,
  http,
  gateway,
]

/** Builds an instance; nothing has happened yet. Later modules replace what earlier ones bound. */
export function buildInstance(modules: readonly Module[]): Instance {
  const parts = compose([...standard, ...modules])
  return { gateway: parts.get(tokens.gateway), parts }
}
