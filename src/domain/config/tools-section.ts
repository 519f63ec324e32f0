import { z } from 'zod'
import { described, flag, group, id, ids, ignored, inert, int, oneOf, paths, text, texts } from './declare.js'
import type { SecretField } from './secret-field.js'
import { loopDetectionFields, toolPolicyFields } from './shared-fields.js'

/** What `exec` may do; an agent's own settings stand over the global ones. */
export const execFields = () => ({
  host: oneOf(['gateway', 'node'], 'Where commands run (default gateway).').optional(),
  security: oneOf(['deny', 'allowlist', 'full'], 'Which commands may run (default allowlist).').optional(),
  ask: oneOf(['off', 'on-miss', 'always'], 'When somebody is asked first (default on-miss).').optional(),
  node: inert(text('Node that runs commands with host=node.').optional()),
  pathPrepend: paths('Directories put before PATH (default none).').optional(),
  safeBins: texts('Programs that read only stdin and need no approval (default: small filters).').optional(),
  safeBinTrustedDirs: paths('Directories in which such programs are trusted (default none).').optional(),
  safeBinProfiles: described(
    z.record(z.string(), z.unknown()),
    'Which arguments such programs may have (default none).',
  ).optional(),
  backgroundMs: int(
    'Time after which a command goes on in the background, in milliseconds (default 10000).',
  ).optional(),
  timeoutSec: int('Longest time of a command, in seconds (default 1800).', 1).optional(),
  cleanupMs: int('How long an ended command is remembered, in milliseconds (default 1800000).').optional(),
  notifyOnExit: flag('Tell the agent when a background command ends (default true).').optional(),
  notifyOnExitEmptySuccess: flag('Also when it succeeded without output (default false).').optional(),
  approvalRunningNoticeMs: inert(
    int('When an approved command that still runs is mentioned, in milliseconds (default 10000).').optional(),
  ),
  applyPatch: z
    .strictObject({
      enabled: flag('Offer the tool apply_patch (default false).').optional(),
      workspaceOnly: flag('Patches stay in the workspace (default true).').optional(),
      allowModels: texts('Models that get the tool; none listed = all.').optional(),
    })
    .optional(),
})

export const elevatedFields = () => ({
  enabled: flag('Allow commands on the host without approval (default true).').optional(),
  allowFrom: described(
    z.record(z.string().min(1), ids('Senders of this channel.')),
    'Who may, by channel; none = nobody.',
  ).optional(),
})

/** `tools.*`: what agents may do. */
export const toolsSection = (secret: SecretField) =>
  z.strictObject({
    ...toolPolicyFields(),
    profile: oneOf(['minimal', 'coding', 'messaging', 'full'], 'Base list of tools.').default('full'),
    deny: texts('Never these tools.').default([]),
    byProvider: z.record(z.string().min(1), z.strictObject(toolPolicyFields())).default({}),
    exec: group({
      ...execFields(),
      host: oneOf(['gateway', 'node'], 'Where commands run.').default('gateway'),
      security: oneOf(['deny', 'allowlist', 'full'], 'Which commands may run.').default('allowlist'),
      ask: oneOf(['off', 'on-miss', 'always'], 'When somebody is asked first.').default('on-miss'),
      pathPrepend: paths('Directories put before PATH.').default([]),
      safeBinTrustedDirs: paths('Directories in which safe programs are trusted.').default([]),
      safeBinProfiles: described(z.record(z.string(), z.unknown()), 'Which arguments safe programs may have.').default(
        {},
      ),
      backgroundMs: int('Time after which a command goes on in the background, in milliseconds.').default(10_000),
      timeoutSec: int('Longest time of a command, in seconds.', 1).default(1800),
      cleanupMs: int('How long an ended command is remembered, in milliseconds.').default(1_800_000),
      notifyOnExit: flag('Tell the agent when a background command ends.').default(true),
      notifyOnExitEmptySuccess: flag('Also when it succeeded without output.').default(false),
      approvalRunningNoticeMs: inert(
        int('When an approved command that still runs is mentioned, in milliseconds.').default(10_000),
      ),
      applyPatch: group({
        enabled: flag('Offer the tool apply_patch.').default(false),
        workspaceOnly: flag('Patches stay in the workspace.').default(true),
        allowModels: texts('Models that get the tool; none listed = all.').default([]),
      }),
    }),
    fs: group({ workspaceOnly: flag('File tools stay in the workspace.').default(false) }),
    elevated: group({
      enabled: flag('Allow commands on the host without approval.').default(true),
      allowFrom: described(
        z.record(z.string().min(1), ids('Senders of this channel.')),
        'Who may, by channel; none = nobody.',
      ).default({}),
    }),
    web: webGroup(secret),
    loopDetection: group({
      ...loopDetectionFields(),
      enabled: flag('Notice when an agent repeats itself.').default(false),
      historySize: int('Tool calls that are looked back upon.', 1).default(30),
      warningThreshold: int('Repetitions before the agent is warned.', 1).default(10),
      criticalThreshold: int('Repetitions before the call is refused.', 1).default(20),
      globalCircuitBreakerThreshold: int('Repetitions before the run is ended.', 1).default(30),
      detectors: group({
        genericRepeat: flag('The same call again and again.').default(true),
        knownPollNoProgress: flag('Polling that sees no progress.').default(true),
        pingPong: flag('Two calls in turns.').default(true),
      }),
    }),
    agentToAgent: group({
      enabled: flag('Agents may write to each other.').default(false),
      allow: texts('Agents that take part.').default([]),
    }),
    sessions: group({
      visibility: oneOf(['self', 'tree', 'agent', 'all'], 'Whose sessions a session may see.').default('tree'),
    }),
    message: group({
      crossContext: group({
        allowWithinProvider: flag('Agents may write to other chats of the same channel.').default(true),
        allowAcrossProviders: flag('Agents may write to chats of other channels.').default(false),
      }),
      broadcast: group({ enabled: flag('Agents may write to several chats at once.').default(true) }),
    }),
    subagents: group({
      tools: group({
        allow: texts('Only these tools for sub-agents.').optional(),
        alsoAllow: texts('Tools given back to sub-agents.').optional(),
        deny: texts('Never these tools for sub-agents.').optional(),
      }),
    }),
    media: ignored('Reserved; accepted and ignored.'),
    links: ignored('Reserved; accepted and ignored.'),
    sandbox: ignored('Isolation is not offered; refused.'),
  })

const webGroup = (secret: SecretField) =>
  group({
    search: inert(
      group({
        enabled: flag('Offer web search (default: when there is a key).').optional(),
        provider: oneOf(['brave', 'perplexity', 'grok'], 'Who searches.').default('brave'),
        apiKey: secret('Key of the search provider (default: the variable BRAVE_API_KEY).').optional(),
        maxResults: int('Results of one search.', 1).default(5),
        timeoutSeconds: int('Longest time of a search, in seconds.', 1).default(30),
        cacheTtlMinutes: int('How long results are kept, in minutes.').default(15),
      }),
    ),
    fetch: group({
      enabled: flag('Offer reading of web pages; private addresses are refused.').default(true),
      maxChars: int('Characters returned unless asked for more.', 1).default(50_000),
      maxCharsCap: int('Most characters that may be asked for.', 1).default(50_000),
      maxRedirects: int('Most redirects followed.').default(3),
      timeoutSeconds: int('Longest time for one page, in seconds.', 1).default(30),
      cacheTtlMinutes: int('How long pages are kept, in minutes.').default(15),
      userAgent: text('Name sent to servers (default: that of the product).').optional(),
    }),
  })

/** `approvals.*`: who is asked before a command runs. */
export const approvalsSection = () =>
  z.strictObject({
    exec: group({
      enabled: flag('Forward approval questions to chats.').default(false),
      mode: oneOf(['session', 'targets', 'both'], 'Ask in the session, in the listed chats, or both.').default(
        'session',
      ),
      agentFilter: texts('Only for these agents; none listed = all.').default([]),
      sessionFilter: texts('Only for these sessions; none listed = all.').default([]),
      targets: z
        .array(
          z.strictObject({
            channel: text('Channel of the chat.'),
            to: id('Chat that is asked.'),
            accountId: text('Account that asks.').optional(),
            threadId: id('Thread in that chat.').optional(),
          }),
        )
        .default([]),
    }),
  })
