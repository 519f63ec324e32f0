import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** Beside the entries of a build, and beside the folder of its chunks. */
const PLACES = ['./control-ui/', '../control-ui/']

/** Directory of the Control UI that was built with this program; undefined when it runs from its sources. */
export function bundledControlUi(): string | undefined {
  return PLACES.map((place) => fileURLToPath(new URL(place, import.meta.url))).find((path) =>
    existsSync(`${path}index.html`),
  )
}
