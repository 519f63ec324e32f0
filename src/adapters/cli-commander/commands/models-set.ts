import type { ConfigReading } from '../../../application/ports/config-source.js'
import { modelBehind } from '../../../domain/config/model-alias.js'
import { valueAt } from '../../../domain/config/value-at.js'
import { formatModelRef, readModelRef } from '../../../domain/model/model-ref.js'
import { CliFailure } from '../cli-failure.js'
import type { CommandContext } from '../command-context.js'
import { type ConfigWriteFlags, write } from './config-set.js'

const PLACE = ['agents', 'defaults', 'model'] as const

/** `mayros models set <ref>`: the model that answers when nobody chose another; fallbacks stay as they are. */
export async function modelsSet(context: CommandContext, word: string, flags: ConfigWriteFlags): Promise<number> {
  const { source } = await context.deps.openConfig(await context.environment())
  const before = await source.read()
  const ref = meantRef(word, before)
  const current = valueAt(before.resolved, PLACE)
  const path = typeof current === 'object' && current !== null ? [...PLACE, 'primary'] : [...PLACE]
  return write(context, before, flags, `models set ${ref}`, {
    words: (after) => {
      for (const warning of after.warnings) {
        if (warning.path === path.join('.')) context.note(`warning: ${warning.message}`)
      }
      if (after.written.length === 0) return `the default model is ${ref} already`
      return `${flags.dryRun === true ? 'would set' : 'set'} the default model to ${ref}`
    },
    run: (options) => source.edit([{ path, value: ref }], options),
  })
}

function meantRef(word: string, { config }: ConfigReading): string {
  const ref = readModelRef(config === null ? word : modelBehind(word, config))
  if (ref !== null) return formatModelRef(ref)
  throw new CliFailure('bad_model', `expected provider/model or an alias, got ${word}; see: mayros models list`)
}
