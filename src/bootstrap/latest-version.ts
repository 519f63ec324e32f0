const DEFAULT_REGISTRY = 'https://registry.npmjs.org'

/**
 * The newest released version by the package registry; null when it does not answer in time or knows none. The registry
 * is the one the package manager of this shell uses.
 */
export async function latestVersion(
  timeoutMs: number,
  variables: Readonly<Record<string, string | undefined>> = process.env,
): Promise<string | null> {
  const registry = (variables.npm_config_registry || DEFAULT_REGISTRY).replace(/\/+$/, '')
  try {
    const response = await fetch(`${registry}/mayros/latest`, { signal: AbortSignal.timeout(timeoutMs) })
    if (!response.ok) return null
    const { version } = (await response.json()) as { version?: unknown }
    return typeof version === 'string' && /^\d+\.\d+\.\d+[0-9A-Za-z.+-]*$/.test(version) ? version : null
  } catch (thrown) {
    // Nobody there, too slow, or no JSON: not knowing is an answer.
    if (thrown instanceof Error) return null
    throw thrown
  }
}
