import { stripReplyTags } from '../session/reply-tags.js'

/**
 * The text of an answer while it grows, together with its JSON form. Serialising the whole text for every piece
 * would cost time that grows with the square of its length, so the JSON grows with the text. What is shown is
 * trimmed and has no reply tags.
 */
export class GrowingText {
  #raw = ''
  /** JSON of the shown text, without quotes. */
  #json = ''
  /** JSON of white space at the end, shown once something follows it. */
  #tail = ''
  #mayHaveTags = false

  append(delta: string): void {
    this.#mayHaveTags ||= delta.includes('[[') || (delta.startsWith('[') && this.#raw.endsWith('['))
    this.#raw += delta
    const visible = this.#json === '' ? delta.trimStart() : delta
    const body = visible.trimEnd()
    if (body !== '') {
      this.#json += this.#tail + jsonInside(body)
      this.#tail = ''
    }
    if (this.#json !== '') this.#tail += jsonInside(visible.slice(body.length))
  }

  /** Everything the model wrote, untouched. */
  get raw(): string {
    return this.#raw
  }

  /** What people see. */
  get shown(): string {
    return stripReplyTags(this.#raw).trim()
  }

  /** JSON string of what people see, quotes included. */
  get shownJson(): string {
    return this.#mayHaveTags ? JSON.stringify(this.shown) : `"${this.#json}"`
  }

  /** Whether there is nothing to show. */
  get isEmpty(): boolean {
    return this.#json === '' || (this.#mayHaveTags && this.shown === '')
  }
}

function jsonInside(text: string): string {
  return text === '' ? '' : JSON.stringify(text).slice(1, -1)
}
