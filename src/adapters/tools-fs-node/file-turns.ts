import { type Bounds, locate, type Place } from './locate.js'
import { ToolRefusal } from './tool-refusal.js'

/** As many places as there were paths. */
type PlacesOf<Paths extends readonly string[]> = { readonly [Index in keyof Paths]: Place }

/** Lets whoever changes files have them to itself: changes of one file come one after the other, in order of asking. */
export class FileTurns {
  readonly #last = new Map<string, Promise<void>>()

  /**
   * Finds out where the paths lead and runs `action` once nobody else works on any of these files. Links are followed
   * first, so two names of one file wait for each other.
   * @throws ToolRefusal for paths out of bounds
   */
  async at<const Paths extends readonly string[], Result>(
    given: Paths,
    bounds: Bounds,
    action: (places: PlacesOf<Paths>) => Promise<Result>,
  ): Promise<Result> {
    const expected = await locateAll(given, bounds)
    const paths = [...new Set(expected.map(({ path }) => path))]
    return this.#holding(paths, async () => {
      // Whoever came before may have made folders.
      const places = await locateAll(given, bounds)
      if (places.some(({ path }, index) => path !== expected[index]?.path)) {
        throw new ToolRefusal('a link on its path was changed meanwhile')
      }
      return action(places as PlacesOf<Paths>)
    })
  }

  /** Takes its place in all queues at once, so that nobody can wait for each other. */
  async #holding<Result>(paths: readonly string[], action: () => Promise<Result>): Promise<Result> {
    const before = paths.map((path) => this.#last.get(path))
    let release = (): void => undefined
    const mine = new Promise<void>((resolve) => {
      release = resolve
    })
    for (const path of paths) this.#last.set(path, mine)
    try {
      await Promise.all(before)
      return await action()
    } finally {
      release()
      for (const path of paths) if (this.#last.get(path) === mine) this.#last.delete(path)
    }
  }
}

function locateAll(given: readonly string[], bounds: Bounds): Promise<readonly Place[]> {
  return Promise.all(given.map((path) => locate(path, bounds)))
}
