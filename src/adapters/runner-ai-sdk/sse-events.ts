/** Longest line that is waited for; a server that sends more without a line end does not speak this format. */
const MAX_LINE_CHARACTERS = 16 * 1024 * 1024

/**
 * Cuts a text/event-stream into the data of its events (https://html.spec.whatwg.org/multipage/server-sent-events.html).
 * Only `data` fields matter to the dialects read here; an event that the stream's end cuts off does not count.
 */
export class SseEvents {
  #rest = ''
  #data: string | null = null

  /**
   * The events that this piece completes, in order.
   * @throws RangeError when a line does not end
   */
  push(piece: string): string[] {
    const events: string[] = []
    const text = this.#rest === '' ? piece : this.#rest + piece
    let start = 0
    for (let end = text.indexOf('\n'); end !== -1; end = text.indexOf('\n', start)) {
      const event = this.#line(text, start, text.charCodeAt(end - 1) === 13 && end > start ? end - 1 : end)
      if (event !== null) events.push(event)
      start = end + 1
    }
    this.#rest = start === 0 ? text : text.slice(start)
    if (this.#rest.length > MAX_LINE_CHARACTERS) throw new RangeError('a line of the event stream does not end')
    return events
  }

  /** Takes one line; an empty one completes the event before it. */
  #line(text: string, start: number, end: number): string | null {
    if (start === end) {
      const event = this.#data
      this.#data = null
      return event
    }
    if (text.startsWith('data:', start)) {
      const from = text.charCodeAt(start + 5) === 32 ? start + 6 : start + 5
      const value = text.slice(from, end)
      this.#data = this.#data === null ? value : `${this.#data}\n${value}`
    }
    return null
  }
}

/** An event as it is written on the wire. */
export function sseEvent(data: string): string {
  return `data: ${data.replaceAll('\n', '\ndata: ')}\n\n`
}
