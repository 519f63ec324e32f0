/** A variable to be written. */
export interface DotenvVariable {
  readonly name: string
  readonly value: string
}

/**
 * The text of a `.env` file with these variables set. A line that sets one of them is replaced where it stands, a later
 * one that would set it again is taken out; everything else stays as it is.
 * @throws RangeError for a name or value that no such file can hold
 */
export function withVariables(text: string, variables: readonly DotenvVariable[]): string {
  let lines = text === '' ? [] : text.replace(/\n$/, '').split('\n')
  for (const variable of variables) {
    const line = lineFor(variable)
    const first = lines.findIndex((candidate) => sets(candidate, variable.name))
    if (first === -1) lines.push(line)
    else lines = lines.flatMap((old, at) => (at === first ? [line] : sets(old, variable.name) ? [] : [old]))
  }
  return lines.length === 0 ? '' : `${lines.join('\n')}\n`
}

/** Whether a line sets a variable, with a value that ends on the same line. */
function sets(line: string, name: string): boolean {
  const [, found] = /^\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_.-]*)\s*=/.exec(line) ?? []
  return found === name
}

function lineFor({ name, value }: DotenvVariable): string {
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) throw new RangeError(`no variable can be called ${JSON.stringify(name)}`)
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
  if (/[\u0000-\u001f\u007f]/.test(value)) throw new RangeError(`the value for ${name} has a control character in it`)
  if (/^[A-Za-z0-9_./:@%+=,-]+$/.test(value)) return `${name}=${value}`
  return `${name}="${value.replace(/["\\]/g, '\\$&')}"`
}
