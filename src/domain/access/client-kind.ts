const CONTROL_UI_IDS: ReadonlySet<string> = new Set(['openclaw-control-ui', 'mayros-control-ui'])

/** The browser control UI: origin is checked, and a device is always needed. */
export function isControlUi(clientId: string): boolean {
  return CONTROL_UI_IDS.has(clientId)
}

/** A web chat: origin is checked, and it may not change sessions. */
export function isWebchat(clientId: string, mode: string): boolean {
  return mode === 'webchat' || clientId === 'webchat-ui'
}
