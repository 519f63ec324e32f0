import { resolve } from 'node:path'
import { formatProblem } from '../../../domain/config/problem.js'
import type { CliEnvironment } from '../cli-deps.js'
import { CliFailure } from '../cli-failure.js'
import type { CommandContext } from '../command-context.js'
import { invalidReport } from '../config/config-report.js'
import { exitCodes } from '../exit-codes.js'

/** `mayros config validate [file]`: `valid`, or everything that is wrong. */
export async function configValidate(context: CommandContext, file: string | undefined): Promise<number> {
  const environment = await context.environment()
  const { source } = await context.deps.openConfig(environment, file === undefined ? undefined : resolve(file))
  const reading = await source.read()
  const { path, exists, problems, warnings } = reading
  if (file !== undefined && !exists) throw new CliFailure('not_found', `no such file: ${file}`)
  if (context.json) context.printJson({ ok: problems.length === 0, path, exists, problems, warnings })
  else {
    context.print(problems.length === 0 ? 'valid' : invalidReport(reading, environment.home))
    for (const warning of warnings) context.note(`warning: ${formatProblem(warning)}`)
  }
  return problems.length === 0 ? exitCodes.ok : exitCodes.configuration
}

/** `mayros config file`: which file counts. */
export async function configFile(context: CommandContext): Promise<number> {
  const environment = await context.environment()
  const { configPath: path, stateDir, profile } = environment
  if (!context.json) context.print(path)
  else {
    const exists = await context.deps.readFile(path).then(
      () => true,
      (error: NodeJS.ErrnoException) => error.code !== 'ENOENT' && error.code !== 'ENOTDIR',
    )
    context.printJson({ path, exists, stateDir, profile, source: sourceOf(environment) })
  }
  return exitCodes.ok
}

/** What made this file the one. */
function sourceOf({ variables, profile }: CliEnvironment): string {
  const given = ['MAYROS_CONFIG_PATH', 'MAYROS_STATE_DIR'].find((name) => (variables[name] ?? '').trim() !== '')
  return given ?? (profile === null ? 'default' : 'profile')
}

/** `mayros config schema`: for `$schema` and editors. */
export async function configSchema(context: CommandContext): Promise<number> {
  const { jsonSchema } = await import('../../../domain/config/json-schema.js')
  context.printJson(jsonSchema())
  return exitCodes.ok
}
