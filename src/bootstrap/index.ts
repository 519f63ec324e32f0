/*
 * Public entry of `mayros`: embed a gateway in a program.
 */

export { lenientMethod, type MethodRow, method } from '../application/method-table.js'
export type * from '../application/ports/agent-runner.js'
export { RunnerFailure } from '../application/ports/agent-runner.js'
export type * from '../application/ports/channel.js'
export type * from '../application/ports/clock.js'
export type * from '../application/ports/ids.js'
export type * from '../application/ports/log.js'
export type * from '../application/ports/session-store.js'
export { StoreFailure } from '../application/ports/session-store.js'
export type * from '../application/ports/transport.js'
export { ListenFailure } from '../application/ports/transport.js'
export { Failure } from '../domain/failure.js'
export { Refusal } from '../domain/protocol/refusal.js'
export type { RunRecord, RunRequest } from '../domain/run/run.js'
export type { SessionEntry } from '../domain/session/session-entry.js'
export type { TranscriptEntry, TranscriptMessage } from '../domain/session/transcript.js'
export type { Bindings, Module, Needs } from './bindings.js'
export { type CreateGatewayOptions, createGateway, type GatewayHandle } from './create-gateway.js'
export { type Token, token } from './token.js'
export { type ConfigInUse, tokens } from './tokens.js'
