/*
 * Ours and the bare server take turns, so that whatever else the machine does hits both. Other work can only add to a
 * figure, so the lowest of all rounds counts.
 */
export async function compare(rounds, measureOurs, measureBare) {
  const ours = []
  const bare = []
  for (let round = 0; round < rounds; round++) {
    bare.push(await measureBare(round))
    ours.push(await measureOurs(round))
  }
  return { ours: cheapest(ours), bare: cheapest(bare) }
}

function cheapest(results) {
  return results.reduce((best, result) => (result.cpuUs < best.cpuUs ? result : best))
}
