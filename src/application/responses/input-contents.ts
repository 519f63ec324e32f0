import { messageOf } from '../../domain/failure.js'
import { base64Bytes, cleanBase64, fromBase64, toBase64 } from '../../domain/media/base64.js'
import { detectedType, textOfBytes, typeOfName } from '../../domain/media/media-type.js'
import { OpenAiRefusal } from '../../domain/openai/openai-refusal.js'
import type { FileSource, InputItem, InputPart } from '../../domain/openai/responses-input.js'
import type { ContentBlock } from '../../domain/session/transcript.js'
import { PdfFailure, type PdfText } from '../ports/pdf-text.js'
import { RemoteFileFailure, type RemoteFiles } from '../ports/remote-files.js'
import { framedFile } from './framed-file.js'
import type { FetchLimits, InputLimits } from './input-limits.js'

type ImagePart = Extract<InputPart, { kind: 'image' }>
type FilePart = Extract<InputPart, { kind: 'file' }>

/** Base64 characters that hold enough bytes to tell a picture by. */
const MAGIC_CHARACTERS = 16
/** What servers say when they do not know. */
const UNTOLD = 'application/octet-stream'

/** What the pieces of messages hold: text, pictures as base64, and files as text, fetched where they are given by URL. */
export class InputContents {
  readonly #remote: RemoteFiles
  readonly #pdf: PdfText
  readonly #limits: () => InputLimits

  constructor(remote: RemoteFiles, pdf: PdfText, limits: () => InputLimits) {
    this.#remote = remote
    this.#pdf = pdf
    this.#limits = limits
  }

  /** All pieces of the items. Rejects with an OpenAiRefusal that names the piece that cannot be used. */
  async read(items: readonly InputItem[], signal?: AbortSignal): Promise<ReadonlyMap<InputPart, ContentBlock>> {
    const limits = this.#limits()
    const parts = items.flatMap((item) => ('parts' in item ? item.parts : []))
    const remote = parts.filter((part) => part.kind !== 'text' && part.source.kind === 'url')
    if (remote.length > limits.maxUrlParts) {
      throw new OpenAiRefusal('invalid_request', `At most ${limits.maxUrlParts} inputs can be given by URL.`, 'input')
    }
    const blocks = await Promise.all(parts.map((part) => this.#block(part, limits, signal)))
    return new Map(parts.map((part, index) => [part, blocks[index] as ContentBlock]))
  }

  async #block(part: InputPart, limits: InputLimits, signal: AbortSignal | undefined): Promise<ContentBlock> {
    if (part.kind === 'text') return { type: 'text', text: part.text }
    try {
      return part.kind === 'image'
        ? await this.#image(part, limits.images, signal)
        : await this.#file(part, limits.files, signal)
    } catch (thrown) {
      const isTold = thrown instanceof RemoteFileFailure || thrown instanceof PdfFailure
      throw isTold ? unusable(part.param, messageOf(thrown), thrown) : thrown
    }
  }

  async #image({ source, param }: ImagePart, limits: FetchLimits, signal?: AbortSignal): Promise<ContentBlock> {
    const data =
      source.kind === 'base64'
        ? decodable(source.data, limits.maxBytes, param)
        : toBase64((await this.#fetch(source.url, limits, param, signal)).bytes)
    const mimeType = detectedType(fromBase64(data.slice(0, MAGIC_CHARACTERS)))
    if (mimeType === null || !limits.allowedMimes.includes(mimeType)) {
      throw unusable(param, `This is no picture that is accepted (${limits.allowedMimes.join(', ')}).`)
    }
    return { type: 'image', mimeType, data }
  }

  async #file(part: FilePart, limits: InputLimits['files'], signal?: AbortSignal): Promise<ContentBlock> {
    const { param } = part
    const { bytes, mimeType, fileName } = await this.#bytes(part.source, limits, param, signal)
    const name = part.fileName ?? fileName ?? 'file'
    const told = mimeType === UNTOLD ? null : mimeType
    const type = detectedType(bytes) ?? told ?? typeOfName(name) ?? 'text/plain'
    if (!limits.allowedMimes.includes(type)) {
      throw unusable(param, `Files of the type ${type} are not accepted (${limits.allowedMimes.join(', ')}).`)
    }
    const text = type === 'application/pdf' ? await this.#pdfText(bytes, limits, param) : plainText(bytes, param)
    return { type: 'text', text: framedFile(name, type, cut(text, limits.maxChars)) }
  }

  async #bytes(source: FileSource, limits: FetchLimits, param: string, signal?: AbortSignal) {
    if (source.kind === 'url') return this.#fetch(source.url, limits, param, signal)
    const mimeType = source.mimeType?.split(';')[0]?.trim().toLowerCase() ?? null
    return { bytes: fromBase64(decodable(source.data, limits.maxBytes, param)), mimeType, fileName: null }
  }

  async #pdfText(bytes: Uint8Array, limits: InputLimits['files'], param: string): Promise<string> {
    const { text, pages } = await this.#pdf.read(bytes, { maxPages: limits.maxPdfPages, timeoutMs: limits.timeoutMs })
    if (text === '') throw unusable(param, 'There is no text in the PDF; its pages may be pictures.')
    return pages > limits.maxPdfPages ? `${text}\n\n[Pages 1 to ${limits.maxPdfPages} of ${pages}.]` : text
  }

  #fetch(url: string, limits: FetchLimits, param: string, signal: AbortSignal | undefined) {
    if (!limits.allowUrl) throw unusable(param, 'Inputs given by URL are not accepted; send the content.')
    const { maxBytes, maxRedirects, timeoutMs, urlAllowlist: hosts } = limits
    return this.#remote.fetch({
      url,
      maxBytes,
      maxRedirects,
      timeoutMs,
      hosts,
      ...(signal === undefined ? {} : { signal }),
    })
  }
}

function decodable(text: string, maxBytes: number, param: string): string {
  const data = cleanBase64(text)
  if (data === null) throw unusable(param, 'The content is not valid base64.')
  const bytes = base64Bytes(data)
  if (bytes > maxBytes) throw unusable(param, `The content is larger than allowed (${bytes} > ${maxBytes} bytes).`)
  if (bytes === 0) throw unusable(param, 'The content is empty.')
  return data
}

function plainText(bytes: Uint8Array, param: string): string {
  const text = textOfBytes(bytes)
  if (text === null) throw unusable(param, 'The file is not text in UTF-8.')
  return text
}

function cut(text: string, maxChars: number): string {
  if (text.length <= maxChars) return text
  return `${text.slice(0, maxChars).toWellFormed()}\n[The file goes on; these are its first ${maxChars} characters.]`
}

function unusable(param: string, message: string, cause?: unknown): OpenAiRefusal {
  return new OpenAiRefusal('invalid_input_file', `${param}: ${message}`, param, cause)
}
