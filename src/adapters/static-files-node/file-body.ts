import type { FileHandle } from 'node:fs/promises'

const CHUNK_BYTES = 64 * 1024

/** The first `size` bytes of a file as they are asked for. Closes the file at the end, on failure and when cancelled. */
export function fileBody(handle: FileHandle, size: number): ReadableStream<Uint8Array<ArrayBuffer>> {
  let position = 0
  return new ReadableStream(
    {
      async pull(controller) {
        if (position < size) {
          const chunk = await nextChunk(handle, position, size).catch(async (error) => {
            await handle.close()
            throw error
          })
          position += chunk.length
          controller.enqueue(chunk)
        }
        if (position < size) return
        await handle.close()
        controller.close()
      },
      cancel: () => handle.close(),
    },
    { highWaterMark: 0 },
  )
}

async function nextChunk(handle: FileHandle, position: number, size: number): Promise<Uint8Array<ArrayBuffer>> {
  const wanted = Math.min(CHUNK_BYTES, size - position)
  const { buffer, bytesRead } = await handle.read(new Uint8Array(wanted), 0, wanted, position)
  if (bytesRead === 0) throw new Error('the file became shorter while it was being sent')
  return buffer.subarray(0, bytesRead)
}
