/** Whether one version is above another, by the rules of Semantic Versioning; false where one of them is no version. */
export function isNewer(candidate: string, than: string): boolean {
  const [one, other] = [parse(candidate), parse(than)]
  if (one === null || other === null) return false
  for (const [index, number] of one.numbers.entries()) {
    const difference = number - (other.numbers[index] ?? 0)
    if (difference !== 0) return difference > 0
  }
  // A release stands above its own previews.
  if (one.preview === '' || other.preview === '') return one.preview === '' && other.preview !== ''
  return comparePreviews(one.preview.split('.'), other.preview.split('.')) > 0
}

function parse(version: string): { numbers: readonly number[]; preview: string } | null {
  const [, major, minor, patch, preview = ''] =
    /^v?(\d+)\.(\d+)\.(\d+)(?:-([0-9A-Za-z.-]+))?(?:\+.*)?$/.exec(version) ?? []
  return major === undefined ? null : { numbers: [Number(major), Number(minor), Number(patch)], preview }
}

function comparePreviews(ours: readonly string[], theirs: readonly string[]): number {
  for (const [index, word] of ours.entries()) {
    const other = theirs[index]
    if (other === undefined) return 1
    if (word === other) continue
    const [isNumber, isOtherNumber] = [/^\d+$/.test(word), /^\d+$/.test(other)]
    if (isNumber && isOtherNumber) return Number(word) - Number(other)
    if (isNumber !== isOtherNumber) return isNumber ? -1 : 1
    return word < other ? -1 : 1
  }
  return ours.length - theirs.length
}
