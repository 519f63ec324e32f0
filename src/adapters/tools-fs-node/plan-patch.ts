import { applyHunks } from './apply-hunks.js'
import type { Place } from './locate.js'
import { openRegular } from './open-regular.js'
import type { PatchSection } from './patch.js'
import type { FileChange } from './replace-files.js'
import { readWholeText } from './text-file.js'
import { ToolRefusal } from './tool-refusal.js'

interface Planned {
  readonly place: Place
  /** Null: it is not there. */
  readonly text: string | null
  readonly mode?: number
  /** Before anything changed. */
  readonly wasThere: boolean
}

/** What a patch makes of the files it names, worked out before any of them changes. */
export class PatchPlan {
  readonly #placeOf: (path: string) => Place
  readonly #planned = new Map<string, Planned>()

  constructor(placeOf: (path: string) => Place) {
    this.#placeOf = placeOf
  }

  /** In the order in which they were named; a file that is named twice changes once. */
  get changes(): readonly FileChange[] {
    return [...this.#planned.values()].filter(({ text, wasThere }) => text !== null || wasThere)
  }

  /** @throws ToolRefusal when the section does not fit the files */
  async add(section: PatchSection): Promise<void> {
    const place = this.#placeOf(section.path)
    try {
      if (section.kind === 'add') await this.#create(place, section.lines)
      else if (section.kind === 'delete') await this.#remove(place)
      else await this.#update(place, section)
    } catch (thrown) {
      throw thrown instanceof ToolRefusal ? new ToolRefusal(`${section.path}: ${thrown.message}`) : thrown
    }
  }

  async #create(place: Place, lines: readonly string[]): Promise<void> {
    await this.#requireFree(place)
    this.#plan({ place, text: lines.map((line) => `${line}\n`).join('') }, false)
  }

  async #remove(place: Place): Promise<void> {
    if (!(await this.#exists(place))) throw new ToolRefusal('there is no such file')
    this.#plan({ place, text: null }, true)
  }

  async #update(place: Place, { moveTo, hunks }: Extract<PatchSection, { kind: 'update' }>): Promise<void> {
    const before = this.#planned.get(place.path) ?? (await readWholeText(place))
    if (before === null || before.text === null) throw new ToolRefusal('there is no such file')
    const { mode } = before
    const text = applyHunks(before.text, hunks)
    const target = moveTo === null ? place : this.#placeOf(moveTo)
    if (target.path !== place.path) {
      await this.#requireFree(target)
      this.#plan({ place, text: null }, true)
    }
    this.#plan(mode === undefined ? { place: target, text } : { place: target, text, mode }, target.path === place.path)
  }

  #plan(change: FileChange, wasThere: boolean): void {
    const { path } = change.place
    this.#planned.set(path, { ...change, wasThere: this.#planned.get(path)?.wasThere ?? wasThere })
  }

  async #requireFree(place: Place): Promise<void> {
    if (await this.#exists(place)) throw new ToolRefusal(`${place.given} exists already`)
  }

  async #exists(place: Place): Promise<boolean> {
    const planned = this.#planned.get(place.path)
    if (planned !== undefined) return planned.text !== null
    const file = await openRegular(place)
    await file?.handle.close()
    return file !== null
  }
}
