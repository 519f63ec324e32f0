type Register = (name: string, body: () => Promise<void>, timeoutMs?: number) => unknown

/** The part of a test runner a contract needs; vitest, node:test, bun:test, jest and mocha have it. */
export interface ContractRunner {
  describe(name: string, body: () => void): unknown
  /** Without `skip` a guarantee that is skipped runs as a test that only prints why. */
  readonly it: Register & { readonly skip?: Register }
}

/** Tells a runner from a harness. */
export function isRunner(value: unknown): value is ContractRunner {
  const { describe, it } = (value ?? {}) as Partial<ContractRunner>
  return typeof describe === 'function' && typeof it === 'function'
}

/**
 * The runner this file is being run by: global `describe` and `it` where there are some (bun, jest, mocha, vitest with
 * `globals`), else that of Node.
 */
export function findRunner(): ContractRunner {
  const everywhere: unknown = globalThis
  if (isRunner(everywhere)) return { describe: everywhere.describe, it: everywhere.it }
  if ('__vitest_worker__' in globalThis) {
    throw new Error(
      'vitest runs without globals here: pass its functions first, as in xContract({ describe, it }, harness)',
    )
  }
  const { describe, it } = process.getBuiltinModule('node:test')
  return { describe, it: Object.assign((name: string, body: () => Promise<void>) => it(name, body), { skip: it.skip }) }
}
