import { z } from 'zod'
import { agentsSection } from './agents-section.js'
import { type ChannelKind, channelsSection } from './channels-section.js'
import { ignored, text } from './declare.js'
import { gatewaySection } from './gateway-section.js'
import { cronSection, hooksSection } from './hooks-section.js'
import { loggingSection } from './logging-section.js'
import { commandsSection, messagesSection } from './messages-section.js'
import { authSection, modelsSection } from './models-section.js'
import { resolvedSecret, type SecretField } from './secret-field.js'
import { sessionSection } from './session-section.js'
import {
  bindingsSection,
  discoverySection,
  envSection,
  pluginsSection,
  skillsSection,
  uiSection,
} from './surroundings-sections.js'
import { approvalsSection, toolsSection } from './tools-section.js'

export type { ConfigProblem } from './problem.js'

const everyChannel = () => true

/** All sections with settings of their own, each as a function, because building one costs time. */
export const SECTIONS = {
  gateway: (secret: SecretField) => gatewaySection(secret).prefault({}),
  agents: () => agentsSection().prefault({}),
  bindings: () => bindingsSection().default([]),
  session: () => sessionSection().prefault({}),
  messages: () => messagesSection().prefault({}),
  commands: () => commandsSection().prefault({}),
  channels: (secret: SecretField, isPresent: (kind: ChannelKind | 'outside') => boolean = everyChannel) =>
    channelsSection(secret, isPresent).prefault({}),
  models: (secret: SecretField) => modelsSection(secret).prefault({}),
  auth: () => authSection().prefault({}),
  tools: (secret: SecretField) => toolsSection(secret).prefault({}),
  approvals: () => approvalsSection().prefault({}),
  hooks: (secret: SecretField) => hooksSection(secret).prefault({}),
  cron: (secret: SecretField) => cronSection(secret).prefault({}),
  logging: () => loggingSection().prefault({}),
  env: () => envSection().prefault({}),
  ui: () => uiSection().prefault({}),
  discovery: () => discoverySection().prefault({}),
  plugins: () => pluginsSection().prefault({}),
  skills: (secret: SecretField) => skillsSection(secret).prefault({}),
}

/** Keys of the root that are accepted and mean nothing here. */
export const IGNORED_SECTIONS = [
  'meta',
  'wizard',
  'web',
  'talk',
  'audio',
  'media',
  'browser',
  'canvasHost',
  'broadcast',
  'memory',
  'nodeHost',
  'diagnostics',
  'update',
] as const

type SectionSchemas = { [Name in keyof typeof SECTIONS]: ReturnType<(typeof SECTIONS)[Name]> }
type IgnoredSchemas = { [Name in (typeof IGNORED_SECTIONS)[number]]: ReturnType<typeof ignored> }

/** The root from its parts; what stands for a section is up to the caller. */
export function rootSchema(sections: SectionSchemas) {
  return z.strictObject({
    $schema: text('Schema for editors; ignored here.').optional(),
    ...sections,
    ...(Object.fromEntries(
      IGNORED_SECTIONS.map((name) => [name, ignored('Reserved; accepted and ignored.')]),
    ) as IgnoredSchemas),
  })
}

/**
 * The whole configuration file. Costs tens of milliseconds the first time; whoever wants to check one file takes
 * `schemaFor`, which builds only what the file uses.
 * @param secret how secrets are declared: looked up already, or as the file may say them
 */
export function gatewayConfigSchema(secret: SecretField = resolvedSecret) {
  return rootSchema(
    Object.fromEntries(
      Object.entries(SECTIONS).map(([name, build]) => [name, build(secret)]),
    ) as unknown as SectionSchemas,
  )
}

export type GatewayConfigSchema = ReturnType<typeof rootSchema>

/** A valid configuration with its defaults applied. */
export type GatewayConfig = z.infer<GatewayConfigSchema>
