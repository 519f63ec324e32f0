import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'
import type { Clock } from '../../application/ports/clock.js'
import {
  HookTransformFailure,
  type HookTransformInput,
  type HookTransformPlace,
  type HookTransforms,
} from '../../application/ports/hook-transforms.js'
import { messageOf } from '../../domain/failure.js'
import { type LocatedModule, locateModule } from './locate-module.js'
import { plainData } from './plain-data.js'

type Transform = (input: HookTransformInput) => unknown
type Exports = Readonly<Record<string, unknown>>

const TIMEOUT_MS = 10_000
/** Every version of a module stays in the memory of the process, as modules do; this many are not loaded again. */
const MOST_MODULES = 200

/** Transforms in modules of the operator, loaded into this process when they are first needed and when they change. */
export class NodeHookTransforms implements HookTransforms {
  readonly #clock: Pick<Clock, 'after'>
  readonly #timeoutMs: number
  readonly #loaded = new Map<string, { readonly version: string; readonly exports: Promise<Exports> }>()

  constructor(clock: Pick<Clock, 'after'>, timeoutMs = TIMEOUT_MS) {
    this.#clock = clock
    this.#timeoutMs = timeoutMs
  }

  apply(place: HookTransformPlace, input: HookTransformInput): Promise<unknown> {
    return this.#limited(place, async () => {
      const found = await this.#functionOf(place)
      const handed = structuredClone(input)
      let made: unknown
      try {
        made = await found(handed)
      } catch (thrown) {
        throw new HookTransformFailure('transform-failed', `${place.module} failed: ${messageOf(thrown)}`, thrown)
      }
      return plainData(made, place.module)
    })
  }

  async #functionOf(place: HookTransformPlace): Promise<Transform> {
    const exports = await this.#exportsOf(place.module, await locateModule(place))
    const name = place.export ?? 'default'
    const found = Object.hasOwn(exports, name) ? exports[name] : undefined
    if (typeof found === 'function') return found as Transform
    throw new HookTransformFailure('transform-missing', `${place.module} exports no function ${name}`)
  }

  #exportsOf(module: string, { path, version }: LocatedModule): Promise<Exports> {
    const known = this.#loaded.get(path)
    if (known?.version === version) return known.exports
    const exports = load(path, version).catch((thrown: unknown) => {
      if (this.#loaded.get(path)?.version === version) this.#loaded.delete(path)
      throw new HookTransformFailure('transform-broken', `${module} cannot be loaded: ${messageOf(thrown)}`, thrown)
    })
    if (this.#loaded.size >= MOST_MODULES) this.#loaded.clear()
    this.#loaded.set(path, { version, exports })
    return exports
  }

  #limited<Result>({ module }: HookTransformPlace, action: () => Promise<Result>): Promise<Result> {
    return new Promise((resolve, reject) => {
      const limit = this.#clock.after(this.#timeoutMs, () => {
        const message = `${module} took longer than ${this.#timeoutMs / 1000} s`
        reject(new HookTransformFailure('transform-timeout', message))
      })
      action()
        .then(resolve, reject)
        .finally(() => limit.cancel())
    })
  }
}

/** Both caches of the process would give back what they have: ES modules go by address, the others by path. */
async function load(path: string, version: string): Promise<Exports> {
  const { cache } = createRequire(import.meta.url)
  delete cache[path]
  const url = `${pathToFileURL(path).href}?version=${encodeURIComponent(version)}`
  return (await import(/* @vite-ignore */ url)) as Exports
}
