import type { TableKeys } from '../adapters/runner-ai-sdk/table-keys.js'
import type { AccessRules } from '../application/access/access-rules.js'
import type { Authenticator } from '../application/access/authenticator.js'
import type { ClientReview } from '../application/access/client-review.js'
import type { DeviceNews, DeviceRegistry } from '../application/access/device-registry.js'
import type { FrontDoor } from '../application/access/front-door.js'
import type { KnockLimit } from '../application/access/knock-limit.js'
import type { LoginThrottle } from '../application/access/login-throttle.js'
import type { LoginTickets } from '../application/access/login-tickets.js'
import type { AgentCalls } from '../application/agent-calls/agent-call.js'
import type { AgentBook } from '../application/agents/agent-book.js'
import type { WorkspaceBootstrap } from '../application/agents/workspace-bootstrap.js'
import type { AccountLedger } from '../application/channels/account-ledger.js'
import type { AccountWatch } from '../application/channels/accounts/account-watch.js'
import type { ChannelAccounts, ChannelLoader } from '../application/channels/accounts/channel-accounts.js'
import type { ChannelDesk } from '../application/channels/channel-desk.js'
import type { AnswerDesk } from '../application/channels/inbound/answer-desk.js'
import type { InboundLanes } from '../application/channels/inbound/inbound-lanes.js'
import type { Inbox } from '../application/channels/inbound/inbox.js'
import type { DeliveryDesk } from '../application/channels/outbound/delivery-desk.js'
import type { SendMessage } from '../application/channels/outbound/send-message.js'
import type { OutboxNews } from '../application/channels/outbox-news.js'
import type { SenderNews } from '../application/channels/sender-news.js'
import type { SenderRegistry } from '../application/channels/sender-registry.js'
import type { ChatCompletions } from '../application/chat-completions/chat-completions.js'
import type { ChatCommands } from '../application/commands/chat-commands.js'
import type { CommandDesk } from '../application/commands/command-desk.js'
import type { CommandRuns } from '../application/commands/command-runs.js'
import type { ConfigChanges } from '../application/config/config-changes.js'
import type { DebugOverrides } from '../application/config/debug-overrides.js'
import type { ConfigView } from '../application/config-view.js'
import type { Broadcast } from '../application/connection/broadcast.js'
import type { ClientNews } from '../application/connection/client-news.js'
import type { Clients } from '../application/connection/clients.js'
import type { Dispatch } from '../application/connection/dispatch.js'
import type { Handshake } from '../application/connection/handshake.js'
import type { Hello } from '../application/connection/hello.js'
import type { Reception } from '../application/connection/reception.js'
import type { SlowClientLimits, SlowClients } from '../application/connection/slow-clients.js'
import type { CronBook } from '../application/cron/cron-book.js'
import type { CronDesk } from '../application/cron/cron-desk.js'
import type { CronHistory } from '../application/cron/cron-history.js'
import type { CronReference } from '../application/cron/cron-reference.js'
import type { CronScheduler } from '../application/cron/cron-scheduler.js'
import type { JobRuns } from '../application/cron/job-runs.js'
import type { TellResult } from '../application/cron/tell-result.js'
import type { ExecApprovals } from '../application/exec/approvals.js'
import type { ApprovalsBook } from '../application/exec/approvals-book.js'
import type { PendingApprovals } from '../application/exec/pending-approvals.js'
import type { Gateway } from '../application/gateway.js'
import type { HealthBoard } from '../application/health/health-board.js'
import type { HealthNews } from '../application/health/health-news.js'
import type { HeartbeatClock } from '../application/heartbeat/heartbeat-clock.js'
import type { Heartbeats } from '../application/heartbeat/heartbeats.js'
import type { SystemEvents } from '../application/heartbeat/system-events.js'
import type { AgentHook } from '../application/hooks/agent-hook.js'
import type { HookDoor } from '../application/hooks/hook-door.js'
import type { HookEndings } from '../application/hooks/hook-endings.js'
import type { Hooks } from '../application/hooks/hooks.js'
import type { WakeHook } from '../application/hooks/wake-hook.js'
import type { MethodRow, MethodTable } from '../application/method-table.js'
import type { Cooldowns } from '../application/models/cooldowns.js'
import type { FallbackRunner } from '../application/models/fallback-runner.js'
import type { LiveCatalog } from '../application/models/live-catalog.js'
import type { RunModels } from '../application/models/run-models.js'
import type { Addresses } from '../application/ports/addresses.js'
import type { AgentRunner } from '../application/ports/agent-runner.js'
import type { AuditTrail } from '../application/ports/audit-trail.js'
import type { Beacons } from '../application/ports/beacons.js'
import type { Calendar } from '../application/ports/calendar.js'
import type { Channel } from '../application/ports/channel.js'
import type { ChannelPackages } from '../application/ports/channel-package.js'
import type { Clock } from '../application/ports/clock.js'
import type { ConfigHistory } from '../application/ports/config-history.js'
import type { ConfigSource } from '../application/ports/config-source.js'
import type { Document } from '../application/ports/document.js'
import type { HookTransforms } from '../application/ports/hook-transforms.js'
import type { HttpApp } from '../application/ports/http-app.js'
import type { Ids } from '../application/ports/ids.js'
import type { Log } from '../application/ports/log.js'
import type { LogReader } from '../application/ports/log-reader.js'
import type { Metrics } from '../application/ports/metrics.js'
import type { PageText } from '../application/ports/page-text.js'
import type { PdfText } from '../application/ports/pdf-text.js'
import type { Programs } from '../application/ports/programs.js'
import type { RemoteFiles } from '../application/ports/remote-files.js'
import type { ResponseStore } from '../application/ports/response-store.js'
import type { RestartSentinel } from '../application/ports/restart-sentinel.js'
import type { Secrets } from '../application/ports/secrets.js'
import type { SessionStore } from '../application/ports/session-store.js'
import type { SystemInfo } from '../application/ports/system-info.js'
import type { Tailnet } from '../application/ports/tailnet.js'
import type { Toolbox } from '../application/ports/tools.js'
import type { Listener } from '../application/ports/transport.js'
import type { WebPosts } from '../application/ports/web-posts.js'
import type { Wire } from '../application/ports/wire.js'
import type { WorkspaceFiles } from '../application/ports/workspace-files.js'
import type { PresenceBoard } from '../application/presence/presence-board.js'
import type { PresenceNews } from '../application/presence/presence-news.js'
import type { ConfigHealth } from '../application/reload/config-health.js'
import type { ConfigReload } from '../application/reload/config-reload.js'
import type { HotReload } from '../application/reload/hot-reload.js'
import type { LiveConfig } from '../application/reload/live-config.js'
import type { RestartNote } from '../application/reload/restart-note.js'
import type { InputContents } from '../application/responses/input-contents.js'
import type { Responses } from '../application/responses/responses.js'
import type { CompactHistory } from '../application/runs/compact-history.js'
import type { DeskReference } from '../application/runs/desk-reference.js'
import type { ExecuteRun } from '../application/runs/execute-run.js'
import type { InterruptionNotices } from '../application/runs/interruption-notices.js'
import type { MemoryFlush } from '../application/runs/memory-flush.js'
import type { RecoverRuns } from '../application/runs/recover-runs.js'
import type { RunDesk } from '../application/runs/run-desk.js'
import type { RunHooks } from '../application/runs/run-hooks.js'
import type { Stage } from '../application/runs/run-narrator.js'
import type { RunnerByProvider } from '../application/runs/runner-by-provider.js'
import type { FreshenSession } from '../application/sessions/freshen-session.js'
import type { ResetSession } from '../application/sessions/reset-session.js'
import type { RevisionedStore } from '../application/sessions/revisioned-store.js'
import type { SessionMaintenance } from '../application/sessions/session-maintenance.js'
import type { GatewayToolParts } from '../application/tools/gateway/gateway-tool-parts.js'
import type { InvokeTool } from '../application/tools/invoke-tool.js'
import type { OwnTools } from '../application/tools/own-tools.js'
import type { ToolRegistry } from '../application/tools/tool-registry.js'
import type { UsageKeeping } from '../application/usage/usage-keeping.js'
import type { AgentDirectory, ModelChoice } from '../domain/config/agent-directory.js'
import type { GatewayConfig } from '../domain/config/config.js'
import type { KeySpace } from '../domain/session/session-key.js'
import { token } from './token.js'

/** Every part of an instance by name. Bind another adapter to one of them to replace it. */
export const tokens = {
  /* The world: what an instance is given. */
  clock: token<Clock>('Clock'),
  ids: token<Ids>('Ids'),
  secrets: token<Secrets>('Secrets'),
  log: token<Log>('Log'),
  logReader: token<LogReader>('LogReader'),
  system: token<SystemInfo>('SystemInfo'),
  wire: token<Wire>('Wire'),
  metrics: token<Metrics>('Metrics'),
  listener: token<Listener>('Listener'),
  configSource: token<ConfigSource>('ConfigSource'),
  /** What the configuration said before; null where no past is kept. */
  configHistory: token<ConfigHistory | null>('ConfigHistory'),
  /** The configuration in force; replaced as a whole by a hot reload. */
  live: token<LiveConfig>('LiveConfig'),
  /** How the file on disk and the running configuration stand to each other. */
  configHealth: token<() => ConfigHealth>('ConfigHealth'),
  environment: token<Readonly<Record<string, string | undefined>>>('Environment'),
  slowClientLimits: token<SlowClientLimits>('SlowClientLimits'),
  sessionStore: token<SessionStore>('SessionStore'),
  agentRunner: token<AgentRunner>('AgentRunner'),
  /** The standard runner, which changes its providers with the configuration. */
  providerRunner: token<RunnerByProvider>('ProviderRunner'),
  /** Gives the standard runner the providers of a configuration; returns who answers for agents without a model. */
  rebuildModels: token<(config: GatewayConfig) => ModelChoice>('RebuildModels'),
  /** Takes over the log settings of a configuration. */
  adjustLog: token<(config: GatewayConfig) => void>('AdjustLog'),
  /** Answers for agents that name no model. */
  fallbackModel: token<ModelChoice>('FallbackModel'),
  /** Every account there is; the list changes as accounts come and go. */
  channels: token<readonly Channel[]>('Channels'),
  /** By kind of network: loads what makes its accounts. */
  channelLoaders: token<Readonly<Record<string, ChannelLoader>>>('ChannelLoaders'),
  /** Channels that packages bring. */
  channelPackages: token<ChannelPackages>('ChannelPackages'),
  channelAccounts: token<ChannelAccounts>('ChannelAccounts'),
  accountWatch: token<AccountWatch>('AccountWatch'),
  /** What an account is known by besides what its network says. */
  channelFacts: token<(channel: string, accountId: string) => object>('ChannelFacts'),
  accountLedger: token<AccountLedger>('AccountLedger'),
  /** Senders that were let in by pairing, and those that wait. */
  senderDocument: token<Document>('SenderDocument'),
  senders: token<SenderRegistry>('SenderRegistry'),
  senderNews: token<SenderNews>('SenderNews'),
  inbox: token<Inbox>('Inbox'),
  inboundLanes: token<InboundLanes>('InboundLanes'),
  answerDesk: token<AnswerDesk>('AnswerDesk'),
  outboxNews: token<OutboxNews>('OutboxNews'),
  /** Sends what is in the outbox, and what programs ask to be sent. */
  delivery: token<DeliveryDesk>('DeliveryDesk'),
  pairingArea: token<readonly MethodRow[]>('PairingArea'),
  /** Saying something in chats, and switching accounts. */
  sendArea: token<readonly MethodRow[]>('SendArea'),
  /** Says something in a chat because somebody asks for it. */
  sendMessage: token<SendMessage>('SendMessage'),
  channelDesk: token<ChannelDesk>('ChannelDesk'),
  http: token<HttpApp>('HttpApp'),
  /** Files that are given by URL. */
  remoteFiles: token<RemoteFiles>('RemoteFiles'),
  pdfText: token<PdfText>('PdfText'),
  pageText: token<PageText>('PageText'),
  responseStore: token<ResponseStore>('ResponseStore'),

  addresses: token<Addresses>('Addresses'),
  tailnet: token<Tailnet>('Tailnet'),
  beacons: token<Beacons>('Beacons'),
  /** Whether this gateway is published to the tailnet. */
  isServedByTailscale: token<boolean>('IsServedByTailscale'),
  trail: token<AuditTrail>('AuditTrail'),
  /** Devices that are paired, or ask to be. */
  deviceDocument: token<Document>('DeviceDocument'),
  /** Addresses that are locked out, over restarts. */
  lockDocument: token<Document>('LockDocument'),

  /* The core: what an instance is made of. */
  agents: token<AgentDirectory>('AgentDirectory'),
  keySpace: token<KeySpace>('KeySpace'),
  maintenance: token<SessionMaintenance>('SessionMaintenance'),
  /** Files in the working directories of agents. */
  workspaceFiles: token<WorkspaceFiles>('WorkspaceFiles'),
  workspaceBootstrap: token<WorkspaceBootstrap>('WorkspaceBootstrap'),
  agentBook: token<AgentBook>('AgentBook'),
  store: token<RevisionedStore>('RevisionedStore'),
  clients: token<Clients>('Clients'),
  slowClients: token<SlowClients>('SlowClients'),
  broadcast: token<Broadcast>('Broadcast'),
  presence: token<PresenceBoard>('PresenceBoard'),
  presenceNews: token<PresenceNews>('PresenceNews'),
  health: token<HealthBoard>('HealthBoard'),
  healthNews: token<HealthNews>('HealthNews'),
  heartbeats: token<Heartbeats>('Heartbeats'),
  heartbeatClock: token<HeartbeatClock>('HeartbeatClock'),
  calendar: token<Calendar>('Calendar'),
  webPosts: token<WebPosts>('WebPosts'),
  /** Where jobs are kept. */
  cronJobsDocument: token<Document>('CronJobsDocument'),
  /** Where is kept how jobs have ended. */
  cronRunsDocument: token<Document>('CronRunsDocument'),
  cronBook: token<CronBook>('CronBook'),
  cronHistory: token<CronHistory>('CronHistory'),
  cronScheduler: token<CronScheduler>('CronScheduler'),
  cronDesk: token<CronDesk>('CronDesk'),
  cronArea: token<readonly MethodRow[]>('CronArea'),
  /** Has jobs run. */
  jobRuns: token<JobRuns>('JobRuns'),
  /** Tells people what came of jobs. */
  tellResult: token<TellResult>('TellResult'),
  cronReference: token<CronReference>('CronReference'),
  cronToolbox: token<Toolbox>('CronToolbox'),
  /** Where events wait for their sessions. */
  eventsDocument: token<Document>('EventsDocument'),
  systemEvents: token<SystemEvents>('SystemEvents'),
  configView: token<ConfigView>('ConfigView'),
  stage: token<Stage>('Stage'),
  /** Where other parts of the gateway take part in a run. */
  runHooks: token<RunHooks>('RunHooks'),
  providerKeys: token<TableKeys>('ProviderKeys'),
  cooldowns: token<Cooldowns>('Cooldowns'),
  modelCatalog: token<LiveCatalog>('LiveCatalog'),
  runModels: token<RunModels>('RunModels'),
  fallbackRunner: token<FallbackRunner>('FallbackRunner'),
  /** Makes long conversations short. */
  compactHistory: token<CompactHistory>('CompactHistory'),
  /** Writes down what calls of models took. */
  usageKeeping: token<UsageKeeping>('UsageKeeping'),
  /** Sources of tools; where two bring one of the same name, the first one's counts. */
  webToolbox: token<Toolbox>('WebToolbox'),
  toolboxes: token<readonly Toolbox[]>('Toolboxes'),
  gatewayToolbox: token<Toolbox>('GatewayToolbox'),
  fsToolbox: token<Toolbox>('FsToolbox'),
  execToolbox: token<Toolbox>('ExecToolbox'),
  /** Which commands may run without asking. */
  approvalsDocument: token<Document>('ApprovalsDocument'),
  cooldownDocument: token<Document>('CooldownDocument'),
  approvalsBook: token<ApprovalsBook>('ApprovalsBook'),
  pendingApprovals: token<PendingApprovals>('PendingApprovals'),
  programs: token<Programs>('Programs'),
  execApprovals: token<ExecApprovals>('ExecApprovals'),
  toolRegistry: token<ToolRegistry>('ToolRegistry'),
  /** Hands a message to a chat channel. */
  deliver: token<GatewayToolParts['deliver']>('Deliver'),
  executeRun: token<ExecuteRun>('ExecuteRun'),
  desk: token<RunDesk>('RunDesk'),
  /** For those who are made before the desk. */
  deskReference: token<DeskReference>('DeskReference'),
  notices: token<InterruptionNotices>('InterruptionNotices'),
  recovery: token<RecoverRuns>('RecoverRuns'),
  /** Asks agents on behalf of programs. */
  agentCalls: token<AgentCalls>('AgentCalls'),
  /** Functions of the operator that webhooks go through. */
  hookTransforms: token<HookTransforms>('HookTransforms'),
  hookDoor: token<HookDoor>('HookDoor'),
  wakeHook: token<WakeHook>('WakeHook'),
  agentHook: token<AgentHook>('AgentHook'),
  hookEndings: token<HookEndings>('HookEndings'),
  hooks: token<Hooks>('Hooks'),
  /** Calls tools for programs. */
  invokeTool: token<InvokeTool>('InvokeTool'),
  inputContents: token<InputContents>('InputContents'),
  chatCompletions: token<ChatCompletions>('ChatCompletions'),
  ownTools: token<OwnTools>('OwnTools'),
  responses: token<Responses>('Responses'),
  /** Method rows by area, in the order they are advertised. */
  methodAreas: token<readonly (readonly MethodRow[])[]>('MethodAreas'),
  freshenSession: token<FreshenSession>('FreshenSession'),
  resetSession: token<ResetSession>('ResetSession'),
  chatCommands: token<ChatCommands>('ChatCommands'),
  commandRuns: token<CommandRuns>('CommandRuns'),
  commandDesk: token<CommandDesk>('CommandDesk'),
  agentArea: token<readonly MethodRow[]>('AgentArea'),
  modelArea: token<readonly MethodRow[]>('ModelArea'),
  approvalArea: token<readonly MethodRow[]>('ApprovalArea'),
  toolArea: token<readonly MethodRow[]>('ToolArea'),
  usageArea: token<readonly MethodRow[]>('UsageArea'),
  loginArea: token<readonly MethodRow[]>('LoginArea'),
  metricsArea: token<readonly MethodRow[]>('MetricsArea'),
  /** Of the conversation engine. */
  engineAreas: token<readonly (readonly MethodRow[])[]>('EngineAreas'),
  /** Methods that come with modules from outside. */
  moreMethods: token<readonly MethodRow[]>('MoreMethods'),
  methods: token<MethodTable>('MethodTable'),
  dispatch: token<Dispatch>('Dispatch'),
  handshake: token<Handshake>('Handshake'),
  accessRules: token<AccessRules>('AccessRules'),
  throttle: token<LoginThrottle>('LoginThrottle'),
  knocks: token<KnockLimit>('KnockLimit'),
  authenticator: token<Authenticator>('Authenticator'),
  loginTickets: token<LoginTickets>('LoginTickets'),
  deviceNews: token<DeviceNews>('DeviceNews'),
  devices: token<DeviceRegistry>('DeviceRegistry'),
  frontDoor: token<FrontDoor>('FrontDoor'),
  clientReview: token<ClientReview>('ClientReview'),
  hello: token<Hello>('Hello'),
  clientNews: token<ClientNews>('ClientNews'),
  reception: token<Reception>('Reception'),
  /** Follows the configuration file; null where nobody does. */
  configReload: token<() => ConfigReload | null>('ConfigReload'),
  restartSentinel: token<RestartSentinel>('RestartSentinel'),
  restartNote: token<RestartNote>('RestartNote'),
  memoryFlush: token<MemoryFlush>('MemoryFlush'),
  configChanges: token<ConfigChanges>('ConfigChanges'),
  debugOverrides: token<DebugOverrides>('DebugOverrides'),
  parseJson5: token<(text: string) => unknown>('ParseJson5'),
  hotReload: token<HotReload>('HotReload'),
  gateway: token<Gateway>('Gateway'),
} as const
