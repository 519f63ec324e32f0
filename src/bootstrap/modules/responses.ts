import { UnpdfPdfText } from '../../adapters/pdf-text-unpdf/unpdf-pdf-text.js'
import { NodeRemoteFiles } from '../../adapters/remote-files-node/node-remote-files.js'
import { LibsqlResponseStore } from '../../adapters/store-libsql/libsql-response-store.js'
import { LibsqlSessionStore } from '../../adapters/store-libsql/libsql-session-store.js'
import { MemoryResponseStore } from '../../adapters/store-memory/memory-response-store.js'
import { ChatCompletions } from '../../application/chat-completions/chat-completions.js'
import { InputContents } from '../../application/responses/input-contents.js'
import type { FetchLimits, InputLimits } from '../../application/responses/input-limits.js'
import { Responses } from '../../application/responses/responses.js'
import { OwnTools } from '../../application/tools/own-tools.js'
import type { GatewayConfig } from '../../domain/config/config.js'
import { sizeBytes } from '../../domain/config/size.js'
import type { Module } from '../bindings.js'
import { tokens } from '../tokens.js'

/** Behind `/v1/responses` and `/v1/chat/completions`. */
export const responses: Module = (bindings) => {
  bindings.factory(tokens.remoteFiles, () => new NodeRemoteFiles(), [])
  bindings.factory(tokens.pdfText, () => new UnpdfPdfText(), [])
  // In the database of the sessions; where those are kept by somebody else, as long as the instance lives.
  bindings.factory(
    tokens.responseStore,
    (store) => (store instanceof LibsqlSessionStore ? new LibsqlResponseStore(store) : new MemoryResponseStore()),
    [tokens.sessionStore],
  )
  bindings.factory(
    tokens.inputContents,
    (remote, pdf, live) => new InputContents(remote, pdf, () => inputLimitsOf(live.config)),
    [tokens.remoteFiles, tokens.pdfText, tokens.live],
  )
  bindings.factory(
    tokens.ownTools,
    (live, registry, agents, store) => new OwnTools({ live, registry, agents, store }),
    [tokens.live, tokens.toolRegistry, tokens.agents, tokens.store],
  )
  bindings.factory(
    tokens.chatCompletions,
    (calls, contents, ownTools, clock, ids) => new ChatCompletions({ calls, contents, ownTools, clock, ids }),
    [tokens.agentCalls, tokens.inputContents, tokens.ownTools, tokens.clock, tokens.ids],
  )
  bindings.factory(
    tokens.responses,
    (calls, sessions, store, freshening, contents, ownTools, live, clock, ids, log) =>
      new Responses({
        calls,
        sessions,
        store,
        contents,
        ownTools,
        isOver: (session) => freshening.freshen(session).changes.length > 0,
        retentionDays: () => live.config.gateway.http.endpoints.responses.retentionDays,
        clock,
        ids,
        log: log.child('gateway/http'),
      }),
    [
      tokens.agentCalls,
      tokens.store,
      tokens.responseStore,
      tokens.freshenSession,
      tokens.inputContents,
      tokens.ownTools,
      tokens.live,
      tokens.clock,
      tokens.ids,
      tokens.log,
    ],
  )
}

type Endpoint = GatewayConfig['gateway']['http']['endpoints']['responses']

function inputLimitsOf({ gateway }: GatewayConfig): InputLimits {
  const { maxUrlParts, images, files } = gateway.http.endpoints.responses
  const { maxChars, pdf } = files
  return {
    maxUrlParts,
    images: fetchLimitsOf(images),
    files: { ...fetchLimitsOf(files), maxChars, maxPdfPages: pdf.maxPages },
  }
}

function fetchLimitsOf(limits: Endpoint['images']): FetchLimits {
  return { ...limits, maxBytes: sizeBytes(limits.maxBytes) }
}
