import { z } from 'zod'
import { describeMethodParams } from '../../domain/protocol/methods/describe.js'
import { invalidRequest } from '../../domain/protocol/refusal.js'
import { type MethodRow, type MethodTable, method, unadvertised } from '../method-table.js'

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
        return { method: row.name, scope: row.scope, params: paramsSchema(row) }
      }),
    ),
  ]
}

/** JSON Schema of the parameters; null where anything is taken and only some of it looked at. */
function paramsSchema({ params }: MethodRow): object | null {
  if (params === undefined) return null
  return z.toJSONSchema(params() as unknown as z.ZodType, { io: 'input', unrepresentable: 'any' })
}
