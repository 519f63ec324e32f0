/** A value that has been serialised already; goes onto the wire as it is. */
export class RawJson {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }
}

/** The JSON text of a payload, serialised only if it has not been before. */
export function jsonText(payload: unknown): string {
  return payload instanceof RawJson ? payload.text : JSON.stringify(payload)
}
