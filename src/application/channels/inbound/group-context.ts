import type { ContextLine } from '../../../domain/channels/inbound/stored-message.js'

/** Groups that are remembered; the one that was silent longest gives way. */
const MAX_GROUPS = 2_000
const MAX_LINE_CHARS = 2_000

/** What was said in groups and not answered, until the next message there that is. Kept in memory only. */
export class GroupContext {
  readonly #groups = new Map<string, { readonly id: string; readonly line: ContextLine }[]>()

  /**
   * @param group names the group among those of all accounts
   * @param limit lines that are kept; 0 = none
   */
  add(group: string, messageId: string, line: ContextLine, limit: number): void {
    if (limit <= 0 || line.text === '') return
    const lines = this.#groups.get(group) ?? []
    if (lines.some(({ id }) => id === messageId)) return
    lines.push({ id: messageId, line: { ...line, text: line.text.slice(0, MAX_LINE_CHARS) } })
    lines.splice(0, Math.max(0, lines.length - limit))
    this.#groups.delete(group)
    this.#groups.set(group, lines)
    if (this.#groups.size > MAX_GROUPS) {
      const [oldest] = this.#groups.keys()
      if (oldest !== undefined) this.#groups.delete(oldest)
    }
  }

  /** What was kept, oldest first. */
  of(group: string): readonly ContextLine[] {
    return (this.#groups.get(group) ?? []).map(({ line }) => line)
  }

  clear(group: string): void {
    this.#groups.delete(group)
  }

  /** A group has a new name. */
  move(from: string, to: string): void {
    const lines = this.#groups.get(from)
    if (lines === undefined) return
    this.#groups.delete(from)
    this.#groups.set(to, lines)
  }
}
