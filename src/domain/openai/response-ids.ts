/** Ids of a response and of what is in it, all made from one UUID, so that an item tells which response it is from. */
export class ResponseIds {
  readonly response: string
  readonly #digits: string

  constructor(uuid: string) {
    this.#digits = uuid.replaceAll('-', '')
    this.response = `resp_${this.#digits}`
  }

  /** Of the item at this place in `output`. */
  output(kind: 'msg' | 'fc' | 'rs', index: number): string {
    return `${kind}_${this.#digits}_${index}`
  }

  /** Of the item at this place in what is answered. */
  input(index: number): string {
    return `in_${this.#digits}_${index}`
  }
}

/** The response that an item of an `output` is from; null when the id is none of ours. */
export function responseOfItem(itemId: string): string | null {
  const digits = /^(?:msg|fc|rs)_([0-9a-z]+)_\d+$/.exec(itemId)?.[1]
  return digits === undefined ? null : `resp_${digits}`
}
