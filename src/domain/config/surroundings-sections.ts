import { z } from 'zod'
import { anyText, described, flag, group, inert, int, oneOf, paths, text, texts } from './declare.js'
import { readable } from './describe-expected.js'
import type { SecretField } from './secret-field.js'
import { sensitive } from './sensitive.js'

/** `env.*`: variables for the gateway and what it starts. Other keys than these two are variables as well. */
export const envSection = () =>
  sensitive(
    z
      .object({
        vars: described(z.record(z.string().min(1), z.string()), 'Variables that are set unless they exist.').default(
          {},
        ),
        shellEnv: group({
          enabled: flag('Take missing keys from the login shell.').default(false),
          timeoutMs: int('Longest wait for the shell, in milliseconds.', 1).default(15_000),
        }),
      })
      // Unknown for the type, because TypeScript has no way to say "every other key".
      .catchall(anyText('A variable that is set unless it exists.') as z.ZodType),
  )

/** `ui.*`: how the Control UI looks. */
export const uiSection = () =>
  z.strictObject({
    seamColor: inert(
      described(
        readable(z.string().regex(/^#?[0-9a-f]{6}$/i), 'a colour like 3366FF'),
        'Colour of the Control UI, as RRGGBB.',
      ).optional(),
    ),
    assistant: inert(
      group({
        name: described(z.string().min(1).max(50), 'Name of the assistant (default: that of the agent).').optional(),
        avatar: described(
          z.string().min(1).max(200),
          'Image of the assistant (default: that of the agent).',
        ).optional(),
      }),
    ),
  })

/** `discovery.*`: how gateways are found. */
export const discoverySection = () =>
  z.strictObject({
    mdns: group({
      mode: oneOf(
        ['off', 'minimal', 'full'],
        'What is announced by multicast DNS while the gateway listens for more than this host; full adds paths and ports.',
      ).default('minimal'),
    }),
    wideArea: inert(
      group({
        enabled: flag('Announce in a DNS-SD zone.').default(false),
      }),
    ),
  })

/** `plugins.*`: what is added to the gateway. */
export const pluginsSection = () =>
  z.strictObject({
    enabled: flag('Load plugins.').default(true),
    allow: inert(texts('Only these plugins (default: all that are found).').optional()),
    deny: inert(texts('Never these plugins.').default([])),
    load: inert(group({ paths: paths('More directories with plugins.').default([]) })),
    channels: texts('Packages or files that bring more channels; found in plugins of the state directory.').default([]),
    entries: inert(
      z
        .record(
          z.string().min(1),
          z.strictObject({
            enabled: flag('Whether this plugin is loaded (default true).').optional(),
            config: described(z.record(z.string(), z.unknown()), 'Settings, checked by the plugin itself.').optional(),
          }),
        )
        .default({}),
    ),
  })

/** `skills.*`: what agents can be taught. */
export const skillsSection = (secret: SecretField) =>
  z.strictObject({
    allowBundled: inert(texts('Only these of the bundled skills (default: all).').optional()),
    load: inert(
      group({
        extraDirs: paths('More directories with skills.').default([]),
        watch: flag('Notice changes of skills.').default(true),
        watchDebounceMs: int('Quiet time after a change of a skill, in milliseconds.').default(250),
      }),
    ),
    entries: inert(
      z
        .record(
          z.string().min(1),
          z.strictObject({
            enabled: flag('Whether this skill is offered (default true).').optional(),
            apiKey: secret('Key that the skill needs.').optional(),
            env: described(z.record(z.string(), sensitive(z.string())), 'Variables set for this skill.').optional(),
            config: described(z.record(z.string(), z.unknown()), 'Settings of this skill.').optional(),
          }),
        )
        .default({}),
    ),
  })

/** `bindings[]`: which agent answers whom. */
export const bindingsSection = () =>
  z.array(
    z.strictObject({
      agentId: text('Agent that answers.'),
      match: z.strictObject({
        channel: text('Channel of the message.'),
        accountId: text('Account of the channel; * = any (default: the account default).').optional(),
        peer: z
          .strictObject({
            kind: oneOf(['direct', 'dm', 'group', 'channel'], 'Kind of chat; dm means direct.'),
            id: described(readable(z.union([z.string().min(1), z.int()]), 'a text'), 'Person, group or channel.'),
          })
          .optional(),
        guildId: text('Server on Discord, in quotes.').optional(),
        teamId: text('Workspace on Slack.').optional(),
        roles: texts('Roles on Discord, any of them; needs guildId.').optional(),
      }),
      comment: anyText('Note for people.').optional(),
    }),
  )
