import { devices } from '../../strings/en/devices.js'

/** What people call a device. */
export function deviceName({ displayName, clientId }: { readonly displayName?: string; readonly clientId?: string }) {
  return displayName ?? clientId ?? devices.unnamed
}
