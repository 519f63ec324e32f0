import { z } from 'zod'
import {
  anyText,
  described,
  duration,
  flag,
  group,
  id,
  ignored,
  inert,
  int,
  oneOf,
  path,
  paths,
  size,
  text,
  texts,
} from './declare.js'
import { readable } from './describe-expected.js'
import type { SecretField } from './secret-field.js'
import { sensitive } from './sensitive.js'
import { modelRef, thinkingLevel } from './shared-fields.js'

/** `hooks.*`: what other programs may start over HTTP, and what happens on events of the gateway. */
export const hooksSection = (secret: SecretField) =>
  z.strictObject({
    enabled: flag('Answer webhooks.').default(false),
    path: described(
      readable(z.string().regex(/^\/\S*$/), 'a path that starts with /'),
      'Path below which webhooks are answered.',
    ).default('/hooks'),
    token: secret('Secret of webhooks, sent in a header; needed when they are enabled.').optional(),
    maxBodyBytes: size('Largest request.').default('256kb'),
    defaultSessionKey: text('Session of calls that name none (default: a new one for each call).').optional(),
    allowRequestSessionKey: flag('Callers may choose the session.').default(false),
    allowedSessionKeyPrefixes: texts('How session keys of webhooks must start.').optional(),
    allowedAgentIds: texts('Agents that webhooks may start; * = all, [] = none (default all).').optional(),
    presets: texts('Built-in mappings to use.').default([]),
    transformsDir: path(
      'Directory of modules that transform requests (default <state dir>/hooks/transforms).',
    ).optional(),
    mappings: z.array(mapping(secret)).default([]),
    signature: group({
      header: text('Header that carries the signature of a request.').default('x-hub-signature-256'),
      prefix: anyText('What stands before the signature in it.').default('sha256='),
      secret: secret('Key of the HMAC-SHA256 over the body; with it every webhook must be signed.').optional(),
      replacesToken: flag(
        'A valid signature is enough, for senders that cannot send the token; otherwise both are needed.',
      ).default(false),
    }),
    internal: inert(
      group({
        enabled: flag('Run hooks on events inside the gateway.').default(true),
        entries: z
          .record(
            z.string().min(1),
            z.strictObject({
              enabled: flag('Whether this hook runs (default true).').optional(),
              env: described(z.record(z.string(), sensitive(z.string())), 'Variables set for this hook.').optional(),
            }),
          )
          .default({}),
        load: group({ extraDirs: paths('More directories with hooks.').default([]) }),
      }),
    ),
    gmail: ignored('Reserved; accepted and ignored.'),
  })

const mapping = (secret: SecretField) =>
  z.strictObject({
    id: text('Name of the mapping.').optional(),
    match: z
      .strictObject({
        path: text('Path below hooks.path.').optional(),
        source: text('Value of the field source in the request.').optional(),
      })
      .optional(),
    action: oneOf(['wake', 'agent'], 'Wake the main session, or start a run (default agent).').optional(),
    wakeMode: oneOf(['now', 'next-heartbeat'], 'When the main session is woken (default now).').optional(),
    name: text('Name shown with the message.').optional(),
    agentId: text('Agent that answers.').optional(),
    sessionKey: sensitive(described(z.string().min(1), 'Session of the run.')).optional(),
    messageTemplate: text('Message of the run, with {{fields}} of the request.').optional(),
    textTemplate: text('Text of a wake-up, with {{fields}} of the request.').optional(),
    deliver: flag('Send the answer to a chat.').optional(),
    channel: text('Channel the answer goes to.').optional(),
    to: id('Chat the answer goes to.').optional(),
    model: modelRef('Model of the run.').optional(),
    thinking: thinkingLevel('How much the model reasons.').optional(),
    timeoutSeconds: int('Longest time of the run, in seconds.', 1).optional(),
    transform: z
      .strictObject({
        module: text('Module inside transformsDir, as relative path.'),
        export: text('Name of the function (default: the default export).').optional(),
      })
      .optional(),
    signature: z
      .strictObject({
        header: text('Header that carries the signature (default that of hooks.signature).').optional(),
        prefix: anyText('What stands before the signature in it (default that of hooks.signature).').optional(),
        secret: secret('Key of the HMAC-SHA256 over the body (default that of hooks.signature).').optional(),
        replacesToken: flag('A valid signature is enough (default as in hooks.signature).').optional(),
      })
      .optional(),
    allowUnsafeExternalContent: flag(
      'Pass the request to the model without marking it as foreign (default false).',
    ).optional(),
  })

/** `cron.*`: work by the clock. */
export const cronSection = (secret: SecretField) =>
  z.strictObject({
    enabled: flag('Run jobs when their time comes.').default(true),
    store: path('Directory of the jobs (default <state dir>/cron).').optional(),
    maxConcurrentRuns: int('Turns of jobs at once.', 1).default(1),
    sessionRetention: described(
      readable(z.union([z.literal(false), duration('')]), 'a duration like 24h, or false'),
      'How long sessions of ended jobs are kept; false = forever; a bare number is hours.',
    ).default('24h'),
    webhookToken: secret('Token sent with results that are delivered by webhook.').optional(),
  })
