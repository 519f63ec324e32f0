import { randomBytes } from 'node:crypto'
import { mkdir, open, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'

/**
 * The pass of one gateway process: `<state dir>/run/token`, mode 600. Whoever can read it owns the gateway anyway, so it
 * lets clients of this machine in whatever the mode of authentication, also where the configuration holds nothing that
 * they could show: a hashed password, a proxy that vouches, a token that only the gateway's environment has.
 */
export async function writeProcessPass(stateDir: string): Promise<string> {
  const pass = randomBytes(32).toString('base64url')
  const folder = join(stateDir, 'run')
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const draft = join(folder, `token.${process.pid}`)
  const file = await open(draft, 'w', 0o600)
  try {
    await file.writeFile(pass)
  } finally {
    await file.close()
  }
  await rename(draft, join(folder, 'token'))
  return pass
}

/** It ends with the process. To be called by the holder of the lock. */
export function removeProcessPass(stateDir: string): Promise<void> {
  return rm(join(stateDir, 'run', 'token'), { force: true })
}
