import type { Tool, ToolCallContext, ToolOutcome } from '../../application/ports/tools.js'
import type { FsToolSettingsOf } from './fs-tool-settings.js'
import { imageType } from './image-type.js'
import { locate } from './locate.js'
import { openRegular, type RegularFile } from './open-regular.js'
import { attempted, told } from './outcomes.js'
import { type ReadLines, readLines } from './read-lines.js'
import { type ReadParams, readParams } from './tool-params.js'
import { ToolRefusal } from './tool-refusal.js'

const MAX_LINES = 2000
const MAX_TEXT_BYTES = 64 * 1024
/** Providers refuse larger pictures. */
const MAX_IMAGE_BYTES = 5 * 1024 * 1024
const HEAD_BYTES = 12

/** `read`: lines of a text file, or a picture. */
export function readTool(settingsOf: FsToolSettingsOf): Tool<ReadParams> {
  return {
    name: 'read',
    description:
      `Reads a file: text (at most ${MAX_LINES} lines or 64 KB at a time; go on with offset) or a picture ` +
      '(PNG, JPEG, GIF, WebP).',
    params: () => readParams,
    run: (params, context) =>
      attempted(`read ${params.path}`, context.signal, async () => {
        const { workspaceOnly, isOffLimits, mediaMaxBytes } = settingsOf(context.agentId)
        const place = await locate(params.path, { workspace: context.workspace, workspaceOnly, isOffLimits })
        const file = await openRegular(place)
        if (file === null) throw new ToolRefusal('there is no such file')
        try {
          const mimeType = imageType(await headOf(file))
          if (mimeType !== null) return await pictureOf(file, mimeType, Math.min(mediaMaxBytes, MAX_IMAGE_BYTES))
          return await textOf(file, params, context)
        } finally {
          await file.handle.close()
        }
      }),
  }
}

async function headOf({ handle }: RegularFile): Promise<Uint8Array> {
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0)
  return buffer.subarray(0, bytesRead)
}

async function pictureOf({ handle, stat }: RegularFile, mimeType: string, maxBytes: number): Promise<ToolOutcome> {
  if (stat.size > maxBytes) {
    throw new ToolRefusal(`the picture has ${stat.size} bytes; at most ${maxBytes} can be shown`)
  }
  const bytes = Buffer.alloc(stat.size)
  const { bytesRead } = await handle.read(bytes, 0, stat.size, 0)
  const data = bytes.subarray(0, bytesRead).toString('base64')
  return { content: [{ type: 'image', mimeType, data }], details: { mimeType, bytes: bytesRead } }
}

async function textOf(file: RegularFile, params: ReadParams, { signal }: ToolCallContext): Promise<ToolOutcome> {
  const offset = params.offset ?? 1
  const limit = Math.min(params.limit ?? MAX_LINES, MAX_LINES)
  const lines = await readLines(file.handle, { offset, limit, maxBytes: MAX_TEXT_BYTES }, signal)
  const { count: lineCount, nextLine } = lines
  return told(lines.text + noteOn(lines, offset), { offset, lineCount, nextLine, bytes: file.stat.size })
}

function noteOn({ text, count, nextLine, isCut }: ReadLines, offset: number): string {
  if (count === 0) return offset === 1 ? '[the file is empty]' : `[the file has no line ${offset}]`
  if (nextLine === null) return ''
  const gap = text.endsWith('\n') ? '' : '\n'
  const cut = isCut ? `line ${offset} is longer than 64 KB and was cut; ` : ''
  return `${gap}[${cut}the file goes on: offset ${nextLine}]`
}
