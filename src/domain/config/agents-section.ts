import { z } from 'zod'
import { described, duration, flag, group, ignored, inert, int, num, oneOf, path, text, texts } from './declare.js'
import { readable } from './describe-expected.js'
import {
  coalesceFields,
  heartbeatFields,
  loopDetectionFields,
  megabytes,
  modelChoice,
  thinkingLevel,
  toolPolicyFields,
  typingMode,
} from './shared-fields.js'
import { elevatedFields, execFields } from './tools-section.js'

/** Shape of an agent id after normalisation. */
export const AGENT_ID = /^[a-z0-9][a-z0-9_-]{0,63}$/

const agentId = (description: string) =>
  described(
    readable(
      z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/),
      'letters, digits, _ and -, at most 64, starting with a letter or digit',
    ),
    description,
  )

/** `agents.*`: who answers. */
export const agentsSection = () =>
  z.strictObject({
    defaults: agentDefaults(),
    list: z.array(agent()).optional(),
  })

const agentDefaults = () =>
  group({
    workspace: path('Working directory of runs (default <state dir>/workspace).').optional(),
    repoRoot: inert(path('Repository shown to the model (default: found upward from the workspace).').optional()),
    skipBootstrap: flag('Do not create workspace files.').default(false),
    bootstrapMaxChars: int('Most characters of one workspace file in the prompt.').default(20_000),
    bootstrapTotalMaxChars: int('Most characters of all workspace files in the prompt.').default(150_000),
    model: modelChoice(
      'Model that answers, and what to fall back to (default: the first one of models.providers).',
    ).optional(),
    imageModel: modelChoice('Model for messages with images when the other takes none.').optional(),
    models: z
      .record(
        z.string().min(1),
        z.strictObject({
          alias: text('Short name for this model.').optional(),
          params: described(z.record(z.string(), z.unknown()), 'Parameters sent with every request.').optional(),
          streaming: flag('Let this model stream (default true).').optional(),
        }),
      )
      .default({}),
    thinkingDefault: thinkingLevel('How much models reason (default low for reasoning models, else off).').optional(),
    verboseDefault: oneOf(['off', 'on', 'full'], 'Tell people about tools in use.').default('off'),
    elevatedDefault: oneOf(['off', 'on', 'ask', 'full'], 'Elevated commands of those who may use them.').default('on'),
    timeoutSeconds: int('Longest time one run may take, in seconds.', 1).default(600),
    maxConcurrent: int('Runs at once over all sessions; one session never has two.', 1).default(4),
    contextTokens: int('Cap on the context window (default: the window of the model, else 200000).', 1).optional(),
    mediaMaxMb: megabytes('Largest inbound attachment in megabytes.').default(5),
    imageMaxDimensionPx: inert(int('Longer images are scaled down to this side length.', 1).default(1200)),
    userTimezone: text('Time zone of people, as IANA name (default: that of the host).').optional(),
    timeFormat: inert(described(z.enum(['auto', '12', '24']), 'Clock shown to the model.').default('auto')),
    heartbeat: z.strictObject(heartbeatFields()).prefault({}),
    compaction: compaction(),
    contextPruning: group({
      mode: oneOf(['off', 'cache-ttl'], 'Trim old tool results in requests, not in the transcript.').default('off'),
      ttl: duration('Age at which results are trimmed; a bare number is minutes.').default('5m'),
      keepLastAssistants: int('Answers whose results are kept.').default(3),
      minPrunableToolChars: int('Shorter results are kept.').default(50_000),
    }),
    blockStreamingDefault: oneOf(['on', 'off'], 'Send blocks while the model writes.').default('off'),
    blockStreamingBreak: oneOf(['text_end', 'message_end'], 'Where a block ends.').default('text_end'),
    blockStreamingChunk: group({
      minChars: int('Least characters of a block.', 1).default(800),
      maxChars: int('Most characters of a block.', 1).default(1200),
      breakPreference: oneOf(['paragraph', 'newline', 'sentence'], 'Where blocks are cut if possible.').default(
        'paragraph',
      ),
    }),
    blockStreamingCoalesce: group({
      ...coalesceFields(),
      idleMs: int('Quiet time after which what is complete is sent, however short, in milliseconds.').default(1000),
    }),
    humanDelay: group({
      mode: oneOf(['off', 'natural', 'custom'], 'Pause between blocks.').default('off'),
      minMs: int('Shortest pause with mode custom, in milliseconds.').optional(),
      maxMs: int('Longest pause with mode custom, in milliseconds.').optional(),
    }),
    typingMode: typingMode(
      'When typing is shown (default instant in direct chats and mentions, else message).',
    ).optional(),
    typingIntervalSeconds: int('How often typing is shown again, in seconds.', 1).default(6),
    subagents: group({
      maxConcurrent: int('Sub-agents at once.', 1).default(8),
      maxSpawnDepth: int('How deep sub-agents may start others.', 1, 5).default(1),
      maxChildrenPerAgent: inert(int('Sub-agents of one agent.', 1, 20).default(5)),
      archiveAfterMinutes: inert(int('When ended sub-agents are archived, in minutes.').default(60)),
      model: inert(modelChoice('Model of sub-agents (default: that of the agent).').optional()),
      thinking: inert(thinkingLevel('How much sub-agents reason (default: as the agent).').optional()),
      announceTimeoutMs: inert(
        int('Longest wait for the announcement of a result, in milliseconds.', 1).default(60_000),
      ),
    }),
    cliBackends: inert(z.record(z.string().min(1), cliBackend()).default({})),
    memorySearch: ignored('Reserved; accepted and ignored.'),
    sandbox: ignored('Isolation is not offered; only { mode: "off" } is accepted.'),
  })

const compaction = () =>
  group({
    mode: oneOf(['default', 'safeguard'], 'How long conversations are summarised.').default('safeguard'),
    reserveTokensFloor: int('Tokens that are always kept free.').default(20_000),
    reserveTokens: int('Tokens kept free for the answer.').optional(),
    keepRecentTokens: int('Tokens of recent messages that are kept as they are.').optional(),
    maxHistoryShare: num('Largest share of the window for history.', 0.1, 0.9).default(0.5),
    memoryFlush: group({
      enabled: flag('Let the agent write down what matters before a summary.').default(true),
      softThresholdTokens: int('How long before the limit that happens, in tokens.').default(4000),
      prompt: text('What the agent is told then (default: built in).').optional(),
      systemPrompt: text('System prompt of that turn (default: built in).').optional(),
    }),
  })

const cliBackend = () =>
  z.strictObject({
    command: text('Program to run.'),
    args: described(z.array(z.string()), 'Arguments of every call.').optional(),
    input: oneOf(['arg', 'stdin'], 'How the message is passed.').optional(),
    output: oneOf(['json', 'jsonl', 'text'], 'What the program prints.').optional(),
    modelArg: text('Argument before the model.').optional(),
    modelAliases: described(z.record(z.string(), z.string()), 'Names of models for this program.').optional(),
    sessionArg: text('Argument before the session id.').optional(),
    sessionArgs: described(z.array(z.string()), 'Arguments that pass the session id.').optional(),
    resumeArgs: described(z.array(z.string()), 'Arguments that resume a session.').optional(),
    sessionMode: oneOf(['always', 'existing', 'none'], 'When a session id is passed.').optional(),
    sessionIdFields: texts('Fields of the output that hold the session id.').optional(),
    systemPromptArg: text('Argument before the system prompt.').optional(),
    systemPromptWhen: oneOf(['first', 'always', 'never'], 'When the system prompt is passed.').optional(),
    imageArg: text('Argument before an image.').optional(),
    imageMode: oneOf(['repeat', 'list'], 'How several images are passed.').optional(),
    env: described(z.record(z.string(), z.string()), 'Variables set for the program.').optional(),
    clearEnv: texts('Variables taken from the program.').optional(),
    serialize: flag('Run one call at a time.').optional(),
  })

const agent = () =>
  z.strictObject({
    id: agentId('Stable id, compared in lower case.'),
    default: flag('Answers when nobody else is named (default: the first entry).').optional(),
    name: text('Name for people.').optional(),
    workspace: path('Working directory of runs (default <state dir>/workspace-<id>).').optional(),
    agentDir: path('Directory of the agent (default <state dir>/agents/<id>/agent).').optional(),
    skills: inert(texts('Skills of this agent (default: all).').optional()),
    model: modelChoice('A text replaces the primary model only; fallbacks: [] means none.').optional(),
    heartbeat: z.strictObject(heartbeatFields()).optional(),
    identity: z
      .strictObject({
        name: text('Name of the agent in chats.').optional(),
        theme: text('Manner of the agent.').optional(),
        emoji: text('Emoji of the agent, also for acknowledgements.').optional(),
        avatar: text('Image inside the workspace, http(s) address or data URI.').optional(),
      })
      .optional(),
    groupChat: z
      .strictObject({
        mentionPatterns: texts('Regular expressions that count as a mention of this agent.').optional(),
        historyLimit: int('Skipped messages given as context; 0 = none.').optional(),
      })
      .optional(),
    subagents: inert(
      z
        .strictObject({
          allowAgents: texts('Agents that may be started as sub-agents; * = any, none = only itself.').optional(),
          model: modelChoice('Model of sub-agents.').optional(),
          thinking: thinkingLevel('How much sub-agents reason.').optional(),
        })
        .optional(),
    ),
    tools: z
      .strictObject({
        ...toolPolicyFields(),
        byProvider: z.record(z.string().min(1), z.strictObject(toolPolicyFields())).optional(),
        exec: z.strictObject(execFields()).optional(),
        elevated: z.strictObject(elevatedFields()).optional(),
        fs: z.strictObject({ workspaceOnly: flag('File tools stay in the workspace.').optional() }).optional(),
        loopDetection: z.strictObject(loopDetectionFields()).optional(),
      })
      .optional(),
    memorySearch: ignored('Reserved; accepted and ignored.'),
    sandbox: ignored('Isolation is not offered; only { mode: "off" } is accepted.'),
  })
