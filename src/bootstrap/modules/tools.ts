import { join } from 'node:path'
import { FileDocument } from '../../adapters/document-file/file-document.js'
import { Htmlparser2PageText } from '../../adapters/page-text-htmlparser2/htmlparser2-page-text.js'
import { NodePrograms } from '../../adapters/programs-node/node-programs.js'
import { ExecToolbox } from '../../adapters/tools-exec-node/exec-toolbox.js'
import { FsToolbox } from '../../adapters/tools-fs-node/fs-toolbox.js'
import { CronReference } from '../../application/cron/cron-reference.js'
import { ExecApprovals } from '../../application/exec/approvals.js'
import { ApprovalsBook } from '../../application/exec/approvals-book.js'
import { ForwardApprovals } from '../../application/exec/forward-approvals.js'
import { PendingApprovals } from '../../application/exec/pending-approvals.js'
import { CronToolbox } from '../../application/tools/cron-toolbox.js'
import type { GatewayToolParts } from '../../application/tools/gateway/gateway-tool-parts.js'
import { GatewayToolbox } from '../../application/tools/gateway-toolbox.js'
import { ToolRegistry } from '../../application/tools/tool-registry.js'
import { WebToolbox } from '../../application/tools/web-toolbox.js'
import type { Module } from '../bindings.js'
import { tokens } from '../tokens.js'
import { execToolSettings, exitNotice, fsToolSettings, holdsSecret, offLimits } from '../tool-settings.js'

const noChannel: GatewayToolParts['deliver'] = async ({ channel }) => ({
  isDelivered: false,
  problem: `There is no channel named ${channel} that can send.`,
})

/** What agents can do, and who is asked before they do it. */
export const tools: Module = (bindings) => {
  bindings.constant(tokens.deliver, noChannel)
  bindings.factory(
    tokens.approvalsDocument,
    ({ stateDir }) => new FileDocument(join(stateDir, 'exec-approvals.json')),
    [tokens.system],
  )
  bindings.factory(tokens.approvalsBook, (document, secrets, ids) => new ApprovalsBook(document, secrets, ids), [
    tokens.approvalsDocument,
    tokens.secrets,
    tokens.ids,
  ])
  bindings.factory(
    tokens.pendingApprovals,
    (broadcast, clock, ids, trail, live, store, deliver, log) =>
      new PendingApprovals({
        broadcast,
        clock,
        ids,
        trail,
        forwarding: new ForwardApprovals({
          rules: () => live.config.approvals.exec,
          store,
          deliver,
          clock,
          log: log.child('agent/tools'),
        }),
      }),
    [tokens.broadcast, tokens.clock, tokens.ids, tokens.trail, tokens.live, tokens.store, tokens.deliver, tokens.log],
  )
  bindings.factory(
    tokens.programs,
    (live, environment) =>
      new NodePrograms(() => [...live.config.tools.exec.pathPrepend, environment.PATH ?? ''].join(':')),
    [tokens.live, tokens.environment],
  )
  bindings.factory(
    tokens.execApprovals,
    (live, book, store, pending, programs, clock, log) =>
      new ExecApprovals({ live, book, store, pending, programs, clock, log: log.child('agent/tools') }),
    [
      tokens.live,
      tokens.approvalsBook,
      tokens.store,
      tokens.pendingApprovals,
      tokens.programs,
      tokens.clock,
      tokens.log,
    ],
  )
  bindings.factory(
    tokens.fsToolbox,
    (live, system, agents) => {
      const isOffLimits = offLimits(system, agents)
      return new FsToolbox((agentId) => fsToolSettings(live.config, agentId, isOffLimits))
    },
    [tokens.live, tokens.system, tokens.agents],
  )
  bindings.factory(
    tokens.execToolbox,
    (live, clock, ids, approvals, systemEvents, environment) =>
      new ExecToolbox({
        settingsOf: (agentId) => execToolSettings(live.config, agentId),
        clock,
        ids,
        decide: ({ command, cwd, env, agentId, sessionKey, host, isOwner, channel, senderId }, signal) =>
          approvals.decide(
            {
              command,
              cwd,
              agentId,
              sessionKey,
              host,
              sender: { isOwner, channel, id: senderId },
              setsEnvironment: Object.keys(env).length > 0,
            },
            signal,
          ),
        forbidden: holdsSecret,
        exited: (session) => {
          if (session.sessionKey !== null) systemEvents.queue(session.sessionKey, exitNotice(session))
        },
        environment,
      }),
    [tokens.live, tokens.clock, tokens.ids, tokens.execApprovals, tokens.systemEvents, tokens.environment],
  )
  bindings.factory(
    tokens.gatewayToolbox,
    (store, agents, keySpace, clock, ids, desk, live, deliver, changes, configReload, log) =>
      new GatewayToolbox({
        store,
        agents,
        keySpace,
        clock,
        ids,
        desk: () => desk.current,
        sight: () => {
          const { sessions, agentToAgent } = live.config.tools
          return { visibility: sessions.visibility, agentToAgent }
        },
        config: () => live.config,
        deliver,
        changes,
        reload: configReload,
        log: log.child('agent/tools'),
      }),
    [
      tokens.store,
      tokens.agents,
      tokens.keySpace,
      tokens.clock,
      tokens.ids,
      tokens.deskReference,
      tokens.live,
      tokens.deliver,
      tokens.configChanges,
      tokens.configReload,
      tokens.log,
    ],
  )
  bindings.factory(tokens.pageText, () => new Htmlparser2PageText(), [])
  bindings.factory(
    tokens.webToolbox,
    (live, remoteFiles, pageText, clock, ids) =>
      new WebToolbox({ settings: () => live.config.tools.web.fetch, remoteFiles, pageText, clock, ids }),
    [tokens.live, tokens.remoteFiles, tokens.pageText, tokens.clock, tokens.ids],
  )
  bindings.factory(tokens.cronReference, () => new CronReference(), [])
  bindings.factory(
    tokens.cronToolbox,
    (reference, wire, log) =>
      new CronToolbox({
        desk: () => reference.current,
        wire,
        log: log.child('agent/tools'),
      }),
    [tokens.cronReference, tokens.wire, tokens.log],
  )
  bindings.factory(tokens.toolboxes, (...toolboxes) => toolboxes, [
    tokens.gatewayToolbox,
    tokens.cronToolbox,
    tokens.fsToolbox,
    tokens.execToolbox,
    tokens.webToolbox,
  ])
  bindings.factory(tokens.toolRegistry, (toolboxes, log) => new ToolRegistry(toolboxes, log.child('agent/tools')), [
    tokens.toolboxes,
    tokens.log,
  ])
}
