import { z } from 'zod'
import { described, flag, group, inert, int, oneOf, path, size, text, texts } from './declare.js'
import { readable } from './describe-expected.js'
import type { SecretField } from './secret-field.js'

const ipAddress = (description: string) => described(z.union([z.ipv4(), z.ipv6()]), description)

/** An address, or a network in CIDR notation. */
const network = () =>
  readable(z.union([z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()]), 'an IP address or a network like 10.0.0.0/8')

const basePath = (description: string) =>
  described(
    z.string().regex(/^(?:\/[A-Za-z0-9._~-]+)*$/, 'expected "" or a path like /control, without a slash at the end'),
    description,
  )

const origin = () =>
  z.string().regex(/^(?:\*|[a-z][a-z0-9+.-]*:\/\/[^\s/]+)$/i, 'expected an origin like https://gateway.example')

/** `gateway.*`: where it listens and who may come in. */
export const gatewaySection = (secret: SecretField) =>
  z.strictObject({
    mode: oneOf(
      ['local', 'remote'],
      'local: this machine may run the gateway; remote: it is only a client.',
    ).optional(),
    port: int(
      'The one port for WebSocket, HTTP, Control UI and hooks (default 18789, 19001 in profile dev).',
      1,
      65535,
    ).optional(),
    bind: oneOf(['loopback', 'lan', 'tailnet', 'auto', 'custom'], 'Which addresses to listen on.').default('loopback'),
    customBindHost: ipAddress('IP address to listen on with bind=custom.').optional(),
    auth: authGroup(secret),
    trustedProxies: described(
      z.array(network()),
      'Proxies, as addresses or networks, whose X-Forwarded-For header counts.',
    ).default([]),
    allowRealIpFallback: flag('Accept X-Real-IP from a trusted proxy when X-Forwarded-For is missing.').default(false),
    controlUi: group({
      enabled: flag('Serve the Control UI.').default(true),
      basePath: basePath('Where the Control UI is mounted.').default(''),
      root: path('Directory of your own build of the Control UI (default: the bundled one).').optional(),
      allowedOrigins: described(
        z.array(origin()),
        'Browser origins that may open the WebSocket; an empty list means the same host only.',
      ).default([]),
      allowInsecureAuth: flag('Allow login with a token alone over plain HTTP; the audit flags it.').default(false),
      dangerouslyDisableDeviceAuth: flag(
        'Ask the Control UI for no device identity; the audit flags it as critical.',
      ).default(false),
    }),
    tls: group({
      enabled: flag('Speak wss and https on the port.').default(false),
      autoGenerate: flag('Make a self-signed certificate in the state directory when none is given.').default(true),
      certPath: path('Certificate file in PEM.').optional(),
      keyPath: path('Key file in PEM.').optional(),
      caPath: path('Authority file in PEM that client certificates must come from.').optional(),
    }),
    tailscale: group({
      mode: oneOf(['off', 'serve', 'funnel'], 'Publish the gateway through Tailscale.').default('off'),
      resetOnExit: flag('Undo the publication when the gateway stops.').default(false),
    }),
    remote: remoteGroup(secret).optional(),
    reload: group({
      mode: oneOf(
        ['off', 'hot', 'restart', 'hybrid'],
        'What a change of this file does: nothing, only what needs no restart, always a restart, or whichever is enough.',
      ).default('hybrid'),
      debounceMs: int('Quiet time after a change before it is read, in milliseconds.', 0, 60_000).default(300),
      deferMs: int('Longest wait for running work before a restart, in milliseconds.', 0, 3_600_000).default(30_000),
    }),
    http: group({ endpoints: httpEndpoints() }),
    metrics: group({
      enabled: flag('Answer GET /metrics.').default(true),
      requireToken: flag('Ask callers on this machine for the token too; others are always asked.').default(false),
    }),
    tools: group({
      deny: texts('More tools and groups that POST /tools/invoke refuses.').default([]),
      allow: texts('Tools taken off the built-in deny list of POST /tools/invoke.').default([]),
    }),
    channelHealthCheckMinutes: int('How often stuck channel accounts are looked for and restarted; 0 = never.').default(
      5,
    ),
    nodes: inert(
      group({
        allowCommands: texts('Commands of nodes that are allowed besides the built-in ones, by exact name.').default(
          [],
        ),
        denyCommands: texts('Commands of nodes that are refused, by exact name.').default([]),
      }),
    ),
  })

const authGroup = (secret: SecretField) =>
  group({
    mode: oneOf(
      ['token', 'password', 'trusted-proxy', 'none'],
      'How clients prove themselves (default: password if only a password is set, else token).',
    ).optional(),
    token: secret('Shared token; generated on the first start on loopback.').optional(),
    password: secret('Shared password.').optional(),
    allowTailscale: flag(
      'Accept verified Tailscale identities for the Control UI (default: with tailscale.mode=serve and mode token).',
    ).optional(),
    rateLimit: group({
      maxAttempts: int('Failed attempts per address and scope within the window before a lockout.', 1, 1000).default(
        10,
      ),
      windowMs: int('Length of the window in milliseconds.', 1000).default(60_000),
      lockoutMs: int('Length of a lockout in milliseconds.').default(300_000),
      exemptLoopback: flag('Do not count attempts from this machine.').default(true),
    }),
    trustedProxy: group({
      userHeader: text('Header in which the proxy names the user.').optional(),
      requiredHeaders: texts('Headers that must all be present.').default([]),
      allowUsers: texts('Users that may come in; an empty list means all.').default([]),
    }),
  })

const remoteGroup = (secret: SecretField) =>
  z.strictObject({
    url: described(
      z.url({ protocol: /^wss?$/ }),
      'Address (ws:// or wss://) that clients on this machine call in remote mode.',
    ).optional(),
    transport: oneOf(['ssh', 'direct'], 'How clients reach the remote gateway.').default('ssh'),
    token: secret('Token for remote calls; never enables local access.').optional(),
    password: secret('Password for remote calls; never enables local access.').optional(),
    tlsFingerprint: text('SHA-256 fingerprint, in hex, that the remote certificate must have.').optional(),
    sshTarget: inert(text('Where the SSH tunnel goes, as user@host or user@host:port.').optional()),
    sshIdentity: inert(path('Key file of the SSH tunnel.').optional()),
  })

const httpEndpoints = () =>
  group({
    chatCompletions: group({
      enabled: flag('Answer POST /v1/chat/completions.').default(false),
      maxBodyBytes: size('Largest request.').default('1mb'),
    }),
    responses: group({
      enabled: flag('Answer POST /v1/responses.').default(false),
      maxBodyBytes: size('Largest request.').default('20mb'),
      maxUrlParts: int('Most inputs given by URL in one request.').default(8),
      retentionDays: int('How long a response can be read and gone on from, in days; 0 = not at all.').default(30),
      files: group({
        ...fetchedInput('5mb', [
          'text/plain',
          'text/markdown',
          'text/html',
          'text/csv',
          'application/json',
          'application/pdf',
        ]),
        maxChars: int('Most characters taken from one file.').default(200_000),
        pdf: group({
          maxPages: int('Most pages read from one PDF.').default(4),
          maxPixels: inert(int('Most pixels of one page drawn as an image.').default(4_000_000)),
          minTextChars: inert(int('A PDF with less text than this is drawn as images.').default(200)),
        }),
      }),
      images: group(fetchedInput('10mb', ['image/jpeg', 'image/png', 'image/gif', 'image/webp'])),
    }),
  })

const fetchedInput = (maxBytes: string, mimes: string[]) => ({
  allowUrl: flag('Allow inputs given by URL.').default(true),
  urlAllowlist: texts('Hosts that inputs may be fetched from, also as *.example.com; an empty list means all.').default(
    [],
  ),
  allowedMimes: texts('Accepted media types.').default(mimes),
  maxBytes: size('Largest single input.').default(maxBytes),
  maxRedirects: int('Most redirects followed while fetching.').default(3),
  timeoutMs: int('Longest time for fetching, in milliseconds.', 1).default(10_000),
})
