/** The text of a file, in a frame that tells a model where it begins and ends, and that nothing inside can leave. */
export function framedFile(name: string, type: string, text: string): string {
  const inside = text.replace(/<(\/?file)/gi, '&lt;$1')
  return `<file name="${attribute(name)}" type="${attribute(type)}">\n${inside}\n</file>`
}

function attribute(text: string): string {
  return text.replace(/[\p{Cc}"<>&]+/gu, ' ').trim()
}
