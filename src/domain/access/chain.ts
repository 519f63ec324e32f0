/** What can stand in a chain: it knows its neighbours. In one chain at a time. */
export interface ChainLink<Link> {
  before: Link | null
  after: Link | null
}

/** Elements in an order, any of which can leave at once, whatever their number. */
export class Chain<Link extends ChainLink<Link>> {
  #first: Link | null = null
  #last: Link | null = null

  get first(): Link | null {
    return this.#first
  }

  /** Puts an element behind the last one that it may follow; looks from the end. */
  add(link: Link, mayFollow: (other: Link) => boolean = () => true): void {
    let before = this.#last
    while (before !== null && !mayFollow(before)) before = before.before
    link.before = before
    link.after = before === null ? this.#first : before.after
    if (link.before === null) this.#first = link
    else link.before.after = link
    if (link.after === null) this.#last = link
    else link.after.before = link
  }

  /** Takes an element out, which must be in this chain. */
  remove(link: Link): void {
    if (link.before === null) this.#first = link.after
    else link.before.after = link.after
    if (link.after === null) this.#last = link.before
    else link.after.before = link.before
    link.before = null
    link.after = null
  }

  *[Symbol.iterator](): Generator<Link> {
    for (let link = this.#first; link !== null; link = link.after) yield link
  }
}
