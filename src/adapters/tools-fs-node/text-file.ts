import type { Place } from './locate.js'
import { openRegular } from './open-regular.js'
import { ToolRefusal } from './tool-refusal.js'

/** Larger files are not edited; whoever has one uses a program. */
const MAX_EDITED_BYTES = 10 * 1024 * 1024

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

export interface WholeText {
  readonly text: string
  /** Permission bits, among others. */
  readonly mode: number
}

/**
 * The whole text of a file that is to be edited; null where there is none.
 * @throws ToolRefusal when it is too large, or no UTF-8 text (writing it back would damage it)
 */
export async function readWholeText(place: Place): Promise<WholeText | null> {
  const file = await openRegular(place)
  if (file === null) return null
  try {
    if (file.stat.size > MAX_EDITED_BYTES) throw new ToolRefusal('it is larger than 10 MB')
    return { text: decoded(await file.handle.readFile()), mode: file.stat.mode }
  } finally {
    await file.handle.close()
  }
}

function decoded(bytes: Uint8Array): string {
  if (bytes.includes(0)) throw new ToolRefusal('it is a binary file')
  try {
    return utf8.decode(bytes)
  } catch (thrown) {
    if (thrown instanceof TypeError) throw new ToolRefusal('it is not UTF-8 text')
    throw thrown
  }
}
