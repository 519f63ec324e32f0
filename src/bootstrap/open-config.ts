import type { CliEnvironment } from '../adapters/cli-commander/cli-deps.js'
import { FileConfigHistory } from '../adapters/config-json5/file-config-history.js'
import { Json5ConfigSource } from '../adapters/config-json5/json5-config-source.js'
import type { ConfigHistory } from '../application/ports/config-history.js'
import type { ConfigSource } from '../application/ports/config-source.js'

/** The configuration of an instance and its past. Nothing is read yet. */
export function openConfig(
  environment: CliEnvironment,
  path = environment.configPath,
): { readonly source: ConfigSource; readonly history: ConfigHistory } {
  const { home, stateDir, variables } = environment
  const history = new FileConfigHistory(stateDir)
  const isReadonly = variables.MAYROS_CONFIG_READONLY === '1'
  return { source: new Json5ConfigSource({ path, home, stateDir, variables, history, readonly: isReadonly }), history }
}
