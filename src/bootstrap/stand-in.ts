import type { HttpEvents } from '../application/ports/transport.js'
import { VERSION } from './version.js'

/** When somebody may come back, in seconds. */
const RETRY_AFTER = '1'
const HEADERS = { 'Cache-Control': 'no-store', 'X-Content-Type-Options': 'nosniff' }

/** Answers HTTP while no instance does, because one starts, restarts or stops: the process is alive, and not ready. */
export const standIn: HttpEvents = {
  fetch: ({ method, url }) => {
    const isRead = method === 'GET' || method === 'HEAD'
    const { pathname } = new URL(url)
    if (isRead && pathname === '/healthz') return Response.json({ ok: true, version: VERSION }, { headers: HEADERS })
    const headers = { ...HEADERS, 'Retry-After': RETRY_AFTER }
    if (isRead && pathname === '/readyz') return Response.json({ ready: false }, { status: 503, headers })
    return new Response('Service Unavailable', { status: 503, headers })
  },
}
