/** What is wrong with a typed answer; null = nothing. */
export function needed(typed: string): string | null {
  return typed.trim() === '' ? 'something is needed here' : noControlCharacters(typed)
}

export function noControlCharacters(typed: string): string | null {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
  return /[\u0000-\u001f\u007f]/.test(typed) ? 'there is a control character in it' : null
}

export function webAddress(typed: string): string | null {
  return /^https?:\/\/./.test(typed.trim()) ? null : 'expected an http:// or https:// address'
}

export function socketAddress(typed: string): string | null {
  return /^wss?:\/\/./.test(typed.trim()) ? null : 'expected a ws:// or wss:// address'
}

export function portNumber(typed: string): string | null {
  const isPort = /^\d{1,5}$/.test(typed.trim()) && Number(typed) >= 1 && Number(typed) <= 65_535
  return isPort ? null : 'expected 1 to 65535'
}
