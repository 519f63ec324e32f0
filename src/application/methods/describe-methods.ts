import { jsonSchemaOf } from '../../domain/protocol/json-schema-of.js'
import { describeMethodParams } from '../../domain/protocol/methods/describe.js'
import { invalidRequest } from '../../domain/protocol/refusal.js'
import { type MethodRow, type MethodTable, method, unadvertised } from '../method-table.js'
import type { SchemaThunk } from '../ports/wire.js'

/**
 * What methods take, for programs that build forms.
 * @param table asked when somebody calls, because the row is part of it
 */
export function describeMethods(table: () => MethodTable): readonly MethodRow[] {
  return [
    unadvertised(
      method('methods.describe', describeMethodParams, ({ method: name }) => {
        const row = table().find(name)
        if (row === undefined) throw invalidRequest(`unknown method: ${name}`)
        return { method: row.name, scope: row.scope, params: schemaOf(row.params as SchemaThunk<unknown> | undefined) }
      }),
    ),
  ]
}

/** Null where anything is taken and only some of it looked at. */
function schemaOf(params: SchemaThunk<unknown> | undefined): object | null {
  return params === undefined ? null : jsonSchemaOf(params())
}
