import { HookTransformFailure } from '../../application/ports/hook-transforms.js'

/** What a function returned, as JSON has it: no getters, no classes, nothing that changes later. */
export function plainData(made: unknown, module: string): unknown {
  if (made === undefined || made === null) return made
  try {
    const text = JSON.stringify(made) as string | undefined
    if (text !== undefined) return JSON.parse(text) as unknown
  } catch (thrown) {
    throw new HookTransformFailure('transform-failed', `${module} returned what is no data`, thrown)
  }
  throw new HookTransformFailure('transform-failed', `${module} returned what is no data`)
}
