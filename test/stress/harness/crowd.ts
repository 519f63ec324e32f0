/** Does something `count` times, at most `atOnce` of them at a time. Rejects with the first failure, after all ended. */
export async function crowd(count: number, atOnce: number, act: (index: number) => Promise<void>): Promise<void> {
  let begun = 0
  let failure: { readonly thrown: unknown } | null = null
  const worker = async () => {
    while (begun < count && failure === null) {
      const index = begun++
      try {
        await act(index)
      } catch (thrown) {
        failure ??= { thrown }
      }
    }
  }
  await Promise.all(Array.from({ length: Math.min(atOnce, count) }, worker))
  if (failure !== null) throw (failure as { readonly thrown: unknown }).thrown
}
