import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  randomUUID,
  sign,
} from 'node:crypto'
import { link, mkdir, readFile, unlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { DeviceIdentity } from '../../application/ports/gateway-client.js'
import { Failure } from '../../domain/failure.js'

/** What the file holds. */
interface StoredIdentity {
  readonly version: 1
  readonly deviceId: string
  readonly publicKey: string
  /** PKCS#8 DER, base64url. */
  readonly privateKey: string
  readonly createdAtMs: number
}

/**
 * The identity of this state directory, in `<state dir>/identity/device.json` (mode 600, directory 700). Made on first
 * use; programs that start at the same time end with the same key.
 * @throws Failure `identity-unavailable` when the file is damaged or cannot be written
 */
export async function loadDeviceIdentity(stateDir: string): Promise<DeviceIdentity> {
  const path = join(stateDir, 'identity', 'device.json')
  const existing = await read(path)
  return existing ?? create(path)
}

/** An identity that lives as long as the process; for tests and for directories that cannot be written. */
export function temporaryDeviceIdentity(): DeviceIdentity {
  return identityOf(generateKeyPairSync('ed25519').privateKey)
}

async function read(path: string): Promise<DeviceIdentity | null> {
  const text = await readFile(path, 'utf8').catch((thrown: NodeJS.ErrnoException) => {
    if (thrown.code === 'ENOENT') return null
    throw unavailable(`cannot read ${path}: ${thrown.code ?? thrown.message}`, thrown)
  })
  return text === null ? null : parse(path, text)
}

function parse(path: string, text: string): DeviceIdentity {
  try {
    const stored = JSON.parse(text) as StoredIdentity
    const key = createPrivateKey({ key: Buffer.from(stored.privateKey, 'base64url'), format: 'der', type: 'pkcs8' })
    const identity = identityOf(key)
    if (identity.deviceId !== stored.deviceId) throw new Error('device id and key do not belong together')
    return identity
  } catch (thrown) {
    throw unavailable(`${path} is damaged; move it away and a new device identity is made`, thrown)
  }
}

/** Writes the whole file under another name first; the link decides who was first, and the loser takes the winner's key. */
async function create(path: string): Promise<DeviceIdentity> {
  const { privateKey } = generateKeyPairSync('ed25519')
  const draft = `${path}.${randomUUID()}`
  try {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 })
    await writeFile(draft, `${JSON.stringify(stored(privateKey), null, 2)}\n`, { mode: 0o600, flag: 'wx' })
    await link(draft, path).catch((thrown: NodeJS.ErrnoException) => {
      if (thrown.code !== 'EEXIST') throw thrown
    })
    await unlink(draft)
  } catch (thrown) {
    throw unavailable(`cannot write ${path}: ${(thrown as NodeJS.ErrnoException).code ?? 'unknown error'}`, thrown)
  }
  const winner = await read(path)
  if (winner === null) throw unavailable(`${path} disappeared while it was made`)
  return winner
}

function stored(privateKey: KeyObject): StoredIdentity {
  const { deviceId, publicKey } = identityOf(privateKey)
  const der = privateKey.export({ format: 'der', type: 'pkcs8' })
  return { version: 1, deviceId, publicKey, privateKey: der.toString('base64url'), createdAtMs: Date.now() }
}

function identityOf(privateKey: KeyObject): DeviceIdentity {
  const publicKey = createPublicKey(privateKey).export({ format: 'jwk' }).x
  if (publicKey === undefined || privateKey.asymmetricKeyType !== 'ed25519') throw new Error('not an Ed25519 key')
  return {
    deviceId: createHash('sha256').update(Buffer.from(publicKey, 'base64url')).digest('hex'),
    publicKey,
    sign: (payload) => sign(null, Buffer.from(payload, 'utf8'), privateKey).toString('base64url'),
  }
}

function unavailable(message: string, cause?: unknown): Failure {
  return new Failure('identity-unavailable', message, { cause })
}
