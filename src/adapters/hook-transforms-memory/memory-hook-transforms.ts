import {
  HookTransformFailure,
  type HookTransformInput,
  type HookTransformPlace,
  type HookTransforms,
} from '../../application/ports/hook-transforms.js'
import { messageOf } from '../../domain/failure.js'

type Transform = (input: HookTransformInput) => unknown

/** Transforms that somebody put in; directories mean nothing here. */
export class MemoryHookTransforms implements HookTransforms {
  readonly #functions = new Map<string, Transform>()

  /** @param name it is exported under */
  set(module: string, transform: Transform, name = 'default'): void {
    this.#functions.set(`${module}\n${name}`, transform)
  }

  async apply({ module, export: name = 'default' }: HookTransformPlace, input: HookTransformInput): Promise<unknown> {
    if (module.split(/[/\\]/).includes('..')) {
      throw new HookTransformFailure('transform-outside', `${module} does not lie inside the directory of transforms`)
    }
    const transform = this.#functions.get(`${module}\n${name}`)
    if (transform === undefined) {
      throw new HookTransformFailure('transform-missing', `${module} exports no function ${name}`)
    }
    try {
      return structuredClone(await transform(structuredClone(input)))
    } catch (thrown) {
      throw new HookTransformFailure('transform-failed', `${module} failed: ${messageOf(thrown)}`, thrown)
    }
  }
}
