import { noParams } from '../../domain/protocol/methods/gateway-state.js'
import { type MethodRow, method, unadvertised } from '../method-table.js'
import { type ModelStatusParts, modelStatus } from '../models/model-status.js'

/** Looking at providers, keys and cooldowns. Existing clients do not know it. */
export function modelMethods(parts: ModelStatusParts): readonly MethodRow[] {
  return [unadvertised(method('models.status', noParams, () => modelStatus(parts)))]
}
