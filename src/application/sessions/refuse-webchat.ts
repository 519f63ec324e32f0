import { isControlUi, isWebchat } from '../../domain/access/client-kind.js'
import { invalidRequest } from '../../domain/protocol/refusal.js'
import type { Client } from '../connection/client.js'

/** Web chats talk in sessions; changing or deleting them is for others, the control UI in web chat mode among them. */
export function refuseWebchat(client: Client, action: 'patch' | 'delete'): void {
  const { id, mode } = client.identity.client
  if (!isWebchat(id, mode) || isControlUi(id)) return
  throw invalidRequest(`webchat clients cannot ${action} sessions; use chat.send for session-scoped updates`)
}
