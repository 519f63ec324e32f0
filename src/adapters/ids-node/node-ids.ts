import { randomBytes, randomUUID } from 'node:crypto'
import type { Ids } from '../../application/ports/ids.js'

/** Ids from the operating system's source of randomness. */
export class NodeIds implements Ids {
  uuid(): string {
    return randomUUID()
  }

  token(bytes: number): string {
    return randomBytes(bytes).toString('base64url')
  }
}
