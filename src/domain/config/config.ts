import { z } from 'zod'
import { agentsSection } from './agents-section.js'
import { gatewaySection } from './gateway-section.js'
import { loggingSection } from './logging-section.js'
import { modelsSection } from './models-section.js'
import { sessionSection } from './session-section.js'

export type { ConfigProblem } from './problem.js'

/** The whole configuration file. A function, because building a schema costs time that only its users should pay. */
export const gatewayConfigSchema = () =>
  z.strictObject({
    $schema: z.string().optional().describe('For editors; ignored'),
    gateway: gatewaySection().prefault({}),
    agents: agentsSection().prefault({}),
    models: modelsSection().prefault({}),
    session: sessionSection().prefault({}),
    logging: loggingSection().prefault({}),
  })

/** A valid configuration with its defaults applied. */
export type GatewayConfig = z.infer<ReturnType<typeof gatewayConfigSchema>>
