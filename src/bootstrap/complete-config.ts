import { randomBytes } from 'node:crypto'
import type { ConfigEdit, ConfigReading, ConfigSource } from '../application/ports/config-source.js'
import { DEV_CONFIG } from '../application/setup/dev-config.js'
import { messageOf } from '../domain/failure.js'

/** What a start wants to find in the file and does not. */
export interface MissingConfig {
  /** Profile dev without a file: it gets one that works. */
  readonly isFreshDev: boolean
  /** Token mode without a token: it gets a random one. */
  readonly needsToken: boolean
}

/** The file as it stands now, and what to tell the operator. */
export interface CompletedConfig {
  readonly reading: ConfigReading
  readonly token: string | undefined
  readonly notes: readonly { readonly text: string; readonly isWarning: boolean }[]
}

/**
 * Writes what a first start needs into the configuration, in one edit. Where that cannot be written the pass of this
 * process stands in for the token: clients of this host find it, for as long as this process lives.
 */
export async function completeConfig(
  missing: MissingConfig,
  source: ConfigSource,
  reading: ConfigReading,
  about: { readonly processPass: string; readonly shownConfigPath: string },
): Promise<CompletedConfig> {
  const token = missing.needsToken ? randomBytes(32).toString('base64url') : undefined
  const edits: ConfigEdit[] = [
    ...(missing.isFreshDev ? DEV_CONFIG : []),
    ...(token === undefined ? [] : [{ path: ['gateway', 'auth', 'token'], value: token }]),
  ]
  if (edits.length === 0) return { reading, token, notes: [] }
  try {
    const written = await source.edit(edits, { baseHash: reading.hash })
    return { reading: written, token, notes: notesOf(missing, about.shownConfigPath) }
  } catch (thrown) {
    return unsaved(
      reading,
      missing.needsToken ? about.processPass : undefined,
      about.shownConfigPath,
      messageOf(thrown),
    )
  }
}

function notesOf(missing: MissingConfig, shownPath: string): CompletedConfig['notes'] {
  const texts = [
    ...(missing.isFreshDev ? [`created ${shownPath} for profile dev: mode local, agent dev`] : []),
    ...(missing.needsToken ? [`generated gateway.auth.token and saved it to ${shownPath}`] : []),
  ]
  return texts.map((text) => ({ text, isWarning: false }))
}

function unsaved(
  reading: ConfigReading,
  token: string | undefined,
  shownPath: string,
  reason: string,
): CompletedConfig {
  const what = token === undefined ? 'the configuration' : 'the generated token'
  const rest = token === undefined ? '' : '; a token is valid for this process only'
  const text = `${what} could not be saved to ${shownPath} (${reason})${rest}`
  return { reading, token, notes: [{ text, isWarning: true }] }
}
