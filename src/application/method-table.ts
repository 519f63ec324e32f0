import { METHOD_ACCESS, type MethodName } from '../domain/access/method-access.js'
import type { MethodScope } from '../domain/access/scopes.js'
import type { Call } from './connection/call.js'
import type { SchemaThunk } from './ports/wire.js'

/** One RPC method: its name, who may call it, what it takes and what it does. */
export interface MethodRow<P = never> {
  readonly name: string
  readonly scope: MethodScope
  /** Absent = lenient: unknown keys are ignored and the handler looks at what it needs. */
  readonly params?: SchemaThunk<P>
  /** Known to clients by its name only; left out of `hello-ok.features.methods`. */
  readonly isUnadvertised?: boolean
  /** Waiting is what it is for; a slow answer is not worth a line in the log. */
  readonly isPatient?: boolean
  /** The payload of the response, or a promise of it. Throws Refusal to answer `ok:false`. */
  readonly run: (params: P, call: Call) => unknown
}

type LenientRun = (params: Readonly<Record<string, unknown>>, call: Call) => unknown

/** A row of this gateway, whose handler gets checked parameters. Who may call it is said by METHOD_ACCESS alone. */
export function method<P>(name: MethodName, params: SchemaThunk<P>, run: MethodRow<P>['run']): MethodRow {
  return { name, scope: METHOD_ACCESS[name], params, run } as unknown as MethodRow
}

/** A row of this gateway, whose handler takes whatever was sent. */
export function lenientMethod(name: MethodName, run: LenientRun): MethodRow {
  return { name, scope: METHOD_ACCESS[name], run } as unknown as MethodRow
}

/** A row that somebody else brings along, with its own say about who may call it. */
export function guestMethod<P>(
  name: string,
  scope: MethodScope,
  params: SchemaThunk<P>,
  run: MethodRow<P>['run'],
): MethodRow {
  return { name, scope, params, run } as unknown as MethodRow
}

/** The same for a handler that takes whatever was sent. */
export function lenientGuestMethod(name: string, scope: MethodScope, run: LenientRun): MethodRow {
  return { name, scope, run } as unknown as MethodRow
}

/** The same row, left out of the advertised list. */
export function unadvertised(row: MethodRow): MethodRow {
  return { ...row, isUnadvertised: true }
}

/** The same row, expected to take its time. */
export function patient(row: MethodRow): MethodRow {
  return { ...row, isPatient: true }
}

/** All methods of an instance by name. */
export class MethodTable {
  readonly #rows = new Map<string, MethodRow>()

  constructor(areas: readonly (readonly MethodRow[])[]) {
    for (const row of areas.flat()) {
      if (this.#rows.has(row.name)) throw new Error(`method ${row.name} is registered twice`)
      this.#rows.set(row.name, row)
    }
  }

  find(name: string): MethodRow | undefined {
    return this.#rows.get(name)
  }

  /** What `hello-ok.features.methods` lists, in order. */
  get advertised(): readonly string[] {
    return [...this.#rows.values()].filter((row) => row.isUnadvertised !== true).map((row) => row.name)
  }

  get rows(): readonly MethodRow[] {
    return [...this.#rows.values()]
  }
}
