import { z } from 'zod'
import { sensitive } from './sensitive.js'

/** `gateway.*`: where it listens and who may come in. */
export const gatewaySection = () =>
  z.strictObject({
    mode: z
      .enum(['local', 'remote'])
      .optional()
      .describe('local: this machine runs the gateway; remote: it is only a client'),
    port: z
      .int()
      .min(1)
      .max(65535)
      .optional()
      .describe('The one port for WebSocket, HTTP and the Control UI (default 18789, 19001 in profile dev)'),
    bind: z
      .enum(['loopback', 'lan', 'tailnet', 'auto', 'custom'])
      .default('loopback')
      .describe('Which addresses to listen on'),
    customBindHost: z.union([z.ipv4(), z.ipv6()]).optional().describe('IP address to listen on with bind=custom'),
    auth: z
      .strictObject({
        mode: z
          .enum(['token', 'password', 'none'])
          .optional()
          .describe('How clients prove themselves (default: password if only a password is set, else token)'),
        token: sensitive(z.string().min(1)).optional().describe('Shared token'),
        password: sensitive(z.string().min(1)).optional().describe('Shared password'),
      })
      .prefault({}),
    remote: z
      .strictObject({
        url: z.string().optional().describe('ws:// or wss:// address that clients on this machine call in remote mode'),
        token: sensitive(z.string().min(1)).optional().describe('Token for remote calls'),
        password: sensitive(z.string().min(1)).optional().describe('Password for remote calls'),
      })
      .optional(),
  })
