/** Headers in which senders say which delivery this is, so that they may send it twice; the first one counts. */
export const DELIVERY_HEADERS = [
  'x-mayros-delivery-id',
  'idempotency-key',
  'x-github-delivery',
  'x-gitlab-event-uuid',
  'webhook-id',
] as const

const LONGEST = 255

/** The id of a delivery; undefined when it has none, null when what stands there is none. */
export function deliveryIdIn(headers: Readonly<Record<string, string>>): string | null | undefined {
  for (const name of DELIVERY_HEADERS) {
    const id = headers[name]?.trim()
    if (id === undefined || id === '') continue
    return id.length <= LONGEST && /^[\x21-\x7e]+$/.test(id) ? id : null
  }
  return undefined
}
