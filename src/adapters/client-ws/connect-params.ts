import type { ConnectOptions, DeviceIdentity } from '../../application/ports/gateway-client.js'
import { devicePayload } from '../../domain/access/device-payload.js'
import { PROTOCOL_VERSION } from '../../domain/protocol/limits.js'

/** Parameters of `connect`, signed for the nonce of this socket when the client has a device identity. */
export function connectParams(
  options: ConnectOptions,
  device: DeviceIdentity | undefined,
  nonce: string,
  signedAt: number,
): Record<string, unknown> {
  const role = options.role ?? 'operator'
  const scopes = options.scopes ?? []
  const auth = {
    ...(options.token === undefined ? {} : { token: options.token }),
    ...(options.deviceToken === undefined ? {} : { deviceToken: options.deviceToken }),
    ...(options.password === undefined ? {} : { password: options.password }),
  }
  return {
    minProtocol: PROTOCOL_VERSION,
    maxProtocol: PROTOCOL_VERSION,
    client: options.client,
    role,
    scopes,
    ...(options.caps === undefined ? {} : { caps: options.caps }),
    ...(Object.keys(auth).length === 0 ? {} : { auth }),
    ...(device === undefined ? {} : { device: signed() }),
  }

  function signed(): Record<string, unknown> {
    const identity = device as DeviceIdentity
    const payload = devicePayload({
      deviceId: identity.deviceId,
      clientId: options.client.id,
      clientMode: options.client.mode,
      role,
      scopes,
      signedAt,
      token: options.token ?? options.deviceToken ?? '',
      nonce,
    })
    return {
      id: identity.deviceId,
      publicKey: identity.publicKey,
      signature: identity.sign(payload),
      signedAt,
      nonce,
    }
  }
}
