import type { GatewayConfig } from '../../../domain/config/config.js'
import { decodedText } from '../../../domain/media/decoded-text.js'
import { foreignContent } from '../../../domain/media/foreign-content.js'
import { type WebFetchParams, webFetchParams } from '../../../domain/protocol/web-tools.js'
import type { Clock } from '../../ports/clock.js'
import type { Ids } from '../../ports/ids.js'
import type { PageText } from '../../ports/page-text.js'
import { type RemoteFile, RemoteFileFailure, type RemoteFiles } from '../../ports/remote-files.js'
import type { Tool, ToolOutcome } from '../../ports/tools.js'
import { failed } from '../call-tool.js'
import { KeptPages, type ReadPage } from './kept-pages.js'

export type WebFetchSettings = GatewayConfig['tools']['web']['fetch']

export interface WebFetchParts {
  readonly settings: () => WebFetchSettings
  readonly remoteFiles: RemoteFiles
  readonly pageText: PageText
  readonly clock: Clock
  readonly ids: Ids
}

/** A page with more than this is no text for a model, and would keep everybody waiting while it is read. */
const MAX_BYTES = 2 * 1024 * 1024
const WORD_BYTES = 9

/** `web_fetch`: what a page of the public internet says, as text in a frame that tells the model whose words they are. */
export function webFetchTool(parts: WebFetchParts): Tool<WebFetchParams> {
  const kept = new KeptPages(parts.clock)
  return {
    name: 'web_fetch',
    description:
      'Reads a web page or a text file from the public internet, as text. It cannot log in, fill in forms or run scripts.',
    params: webFetchParams,
    run: async ({ url, maxChars }, { signal }) => {
      const settings = parts.settings()
      const keptMs = settings.cacheTtlMinutes * 60_000
      const most = Math.min(maxChars ?? settings.maxChars, settings.maxCharsCap)
      try {
        const known = kept.find(url, keptMs)
        const page = known ?? (await fetched(url, signal, settings, parts))
        if (known === null && keptMs > 0) kept.keep(url, page)
        return outcomeOf(url, page, most, parts.ids)
      } catch (thrown) {
        if (thrown instanceof RemoteFileFailure) return failed(thrown.message)
        throw thrown
      }
    },
  }
}

async function fetched(
  url: string,
  signal: AbortSignal,
  { maxRedirects, timeoutSeconds, userAgent }: WebFetchSettings,
  { remoteFiles, pageText }: WebFetchParts,
): Promise<ReadPage> {
  const file = await remoteFiles.fetch({
    url,
    maxBytes: MAX_BYTES,
    maxRedirects,
    timeoutMs: timeoutSeconds * 1000,
    hosts: [],
    signal,
    ...(userAgent === undefined ? {} : { userAgent }),
  })
  const kind = kindOf(file)
  const { mimeType } = file
  if (kind === 'other') return { mimeType, title: null, text: null }
  const text = decodedText(file.bytes)
  if (kind === 'text') return { mimeType, title: null, text: text.replace(/^\uFEFF/, '') }
  return { mimeType, ...(await pageText.read({ html: text, url })) }
}

/** What does not say what it is counts as a page if it begins like one, and as text if it has no zero bytes. */
function kindOf({ mimeType, bytes }: RemoteFile): 'page' | 'text' | 'other' {
  if (mimeType === 'text/html' || mimeType === 'application/xhtml+xml') return 'page'
  if (mimeType !== null && /^text\/|^application\/(?:.*\+)?(?:json|xml|yaml|javascript|toml)$/.test(mimeType))
    return 'text'
  if (mimeType !== null && mimeType !== 'application/octet-stream') return 'other'
  if (bytes.subarray(0, 4096).includes(0)) return 'other'
  return /^\s*<(?:!doctype html|html)/i.test(String.fromCharCode(...bytes.subarray(0, 512))) ? 'page' : 'text'
}

function outcomeOf(url: string, { mimeType, title, text }: ReadPage, most: number, ids: Ids): ToolOutcome {
  const host = URL.canParse(url) ? new URL(url).host : 'the internet'
  if (text === null) return failed(`What ${host} sent is no text (${mimeType ?? 'of no known type'}).`)
  if (text === '') return failed(`The page of ${host} has no text; it may be made by a script.`)
  const isCut = text.length > most
  const shown = wholeCharacters(text, most)
  const about = title === null ? shown : `# ${title}\n\n${shown}`
  const framed = foreignContent(about, `was read from ${host}`, ids.token(WORD_BYTES))
  const note = isCut ? `\n[${text.length - shown.length} of ${text.length} characters were left out.]` : ''
  return {
    content: [{ type: 'text', text: framed + note }],
    details: { url, title, mimeType, characters: text.length, isCut },
  }
}

/** Never half of a surrogate pair. */
function wholeCharacters(text: string, length: number): string {
  const kept = text.slice(0, length)
  return /[\uD800-\uDBFF]$/.test(kept) ? kept.slice(0, -1) : kept
}
