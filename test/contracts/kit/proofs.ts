/** Proofs by the id of the guarantee they check. */
export type Proofs<Harness> = ReadonlyMap<string, (harness: Harness) => Promise<void>>

/** Looks the proof of a guarantee up and runs it. */
export function checkBy<Harness>(proofs: Proofs<Harness>): (id: string, harness: Harness) => Promise<void> {
  return async (id, harness) => {
    const proof = proofs.get(id)
    if (proof === undefined) throw new RangeError(`nothing proves guarantee ${id}`)
    await proof(harness)
  }
}
