/*
 * Answers HTTP. Called by the gateway for every request that is not an upgrade.
 * Promises: always a Response, never a throw; the body is read only as far as the endpoint needs it.
 */
import type { Peer } from './transport.js'

export interface HttpApp {
  fetch(request: Request, peer: Peer): Response | Promise<Response>
}
