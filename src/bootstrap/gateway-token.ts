import { randomBytes } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { ConfigReading, ConfigSource } from '../application/ports/config-source.js'
import { messageOf } from '../domain/failure.js'

/** A shared token, and what to tell the operator about it. */
export interface TokenForStart {
  readonly token: string
  readonly note: string
  readonly isWarning: boolean
  /** The file as it stands now. */
  readonly reading: ConfigReading
}

/**
 * Makes a token for a gateway that has none, and keeps it where clients of this host find it: in the configuration,
 * or, when that cannot be written, in a file of the state directory for as long as this process lives.
 */
export async function generateToken(
  source: ConfigSource,
  reading: ConfigReading,
  stateDir: string,
  shownConfigPath: string,
): Promise<TokenForStart> {
  const token = randomBytes(32).toString('base64url')
  try {
    const written = await source.edit([{ path: ['gateway', 'auth', 'token'], value: token }], {
      baseHash: reading.hash,
    })
    return {
      token,
      note: `generated gateway.auth.token and saved it to ${shownConfigPath}`,
      isWarning: false,
      reading: written,
    }
  } catch (thrown) {
    const directory = join(stateDir, 'run')
    await mkdir(directory, { recursive: true, mode: 0o700 })
    await writeFile(join(directory, 'token'), token, { mode: 0o600 })
    const note = `the generated token could not be saved to ${shownConfigPath} (${messageOf(thrown)}); it is valid for this process only`
    return { token, note, isWarning: true, reading }
  }
}
