import { z } from 'zod'
import { lazily } from './lazily.js'
import { ne, whole } from './words.js'

/** Parameters of `connect`; strict at every level. */
export const connectParams = lazily(() =>
  z.strictObject({
    minProtocol: whole(1),
    maxProtocol: whole(1),
    client: z.strictObject({
      id: ne(),
      version: ne(),
      platform: ne(),
      mode: z.enum(['webchat', 'cli', 'ui', 'backend', 'node', 'probe', 'test']),
      displayName: ne().optional(),
      deviceFamily: ne().optional(),
      modelIdentifier: ne().optional(),
      instanceId: ne().optional(),
    }),
    caps: z.array(ne()).optional(),
    commands: z.array(ne()).optional(),
    permissions: z.record(ne(), z.boolean()).optional(),
    pathEnv: z.string().optional(),
    role: ne().optional(),
    scopes: z.array(ne()).optional(),
    device: z
      .strictObject({ id: ne(), publicKey: ne(), signature: ne(), signedAt: whole(0), nonce: z.string() })
      .optional(),
    auth: z
      .strictObject({
        token: z.string().optional(),
        deviceToken: z.string().optional(),
        password: z.string().optional(),
      })
      .optional(),
    locale: z.string().optional(),
    userAgent: z.string().optional(),
  }),
)

export type ConnectParams = z.infer<ReturnType<typeof connectParams>>
