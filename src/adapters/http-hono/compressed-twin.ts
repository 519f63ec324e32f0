import type { StaticFile, StaticFiles } from '../../application/ports/static-files.js'
import { acceptedCodings, type Coding } from './accepted-coding.js'

/** A file that is there, and how it was asked for. */
export interface Asset {
  readonly root: string
  readonly names: readonly string[]
  readonly file: StaticFile
}

const ENDINGS: Readonly<Record<Coding, string>> = { br: '.br', gzip: '.gz' }

/** What is compressed already gains nothing. */
const WORTHWHILE = /^(?:text\/|application\/(?:json|manifest\+json|wasm)|image\/svg)/
const WORTHWHILE_BYTES = 1024

/** The same file as it lies compressed beside it, `app.js.br`, where the caller takes it; the plain one is let go then. */
export async function compressedTwin(
  files: StaticFiles,
  { root, names, file }: Asset,
  acceptEncoding: string | undefined,
): Promise<{ readonly coding: Coding; readonly file: StaticFile } | null> {
  if (file.size < WORTHWHILE_BYTES || !WORTHWHILE.test(file.type)) return null
  for (const coding of acceptedCodings(acceptEncoding)) {
    const twin = await files.open(root, [...names.slice(0, -1), `${names.at(-1)}${ENDINGS[coding]}`])
    if (twin === null) continue
    await file.body.cancel()
    return { coding, file: { ...twin, type: file.type } }
  }
  return null
}
