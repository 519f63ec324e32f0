import { z } from 'zod'
import { MAX_SCOPE_LENGTH, MAX_SCOPES } from '../../access/device-record.js'
import { lazily } from '../lazily.js'
import { ne } from '../words.js'

export const pairRequestParams = lazily(() => z.strictObject({ requestId: ne() }))

export const pairedDeviceParams = lazily(() => z.strictObject({ deviceId: ne() }))

export const tokenRotateParams = lazily(() =>
  z.strictObject({
    deviceId: ne(),
    role: ne(),
    scopes: z.array(ne().max(MAX_SCOPE_LENGTH)).max(MAX_SCOPES).optional(),
  }),
)

export const tokenRevokeParams = lazily(() => z.strictObject({ deviceId: ne(), role: ne() }))

export const nodeParams = lazily(() => z.strictObject({ nodeId: ne() }))
