/** The same body; tells once how many bytes of it were taken, at its end or when nobody reads on. */
export function countedBody(
  body: ReadableStream<Uint8Array<ArrayBuffer>>,
  taken: (bytes: number) => void,
): ReadableStream<Uint8Array<ArrayBuffer>> {
  const reader = body.getReader()
  let bytes = 0
  return new ReadableStream(
    {
      async pull(controller) {
        try {
          const { done, value } = await reader.read()
          if (done) {
            taken(bytes)
            controller.close()
            return
          }
          bytes += value.byteLength
          controller.enqueue(value)
        } catch (thrown) {
          taken(bytes)
          throw thrown
        }
      },
      cancel(reason) {
        taken(bytes)
        return reader.cancel(reason)
      },
    },
    { highWaterMark: 0 },
  )
}
