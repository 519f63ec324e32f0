import { z } from 'zod'

/*
 * What `--json` promises, command by command. Members are strict where the program makes them, so that a new one is a
 * decision; what the gateway answers may grow.
 */
const nullable = <T extends z.ZodType>(shape: T) => z.union([shape, z.null()])
const time = z.iso.datetime()
const count = z.int().min(0)
const words = z.array(z.string())
const answer = nullable(z.looseObject({}))

const error = z.strictObject({
  code: z.string().min(1),
  message: z.string().min(1),
  hint: nullable(z.string()),
  details: z.unknown(),
})

/** The one document of a command that failed. */
export const failureShape = z.strictObject({ ok: z.literal(false), error })

const lastExit = nullable(z.strictObject({ code: nullable(z.int()), signal: nullable(z.string()), at: nullable(time) }))

const service = nullable(
  z.union([
    z.strictObject({
      label: z.literal('none'),
      name: z.null(),
      installed: z.literal(false),
      unavailable: z.string(),
    }),
    z.strictObject({
      label: z.enum(['systemd', 'launchd', 'none']),
      name: z.string(),
      installed: z.boolean(),
      unavailable: nullable(z.string()),
      loaded: z.boolean(),
      enabled: z.boolean(),
      file: nullable(z.string()),
      command: nullable(
        z.strictObject({
          programArguments: words,
          workingDirectory: nullable(z.string()),
          environment: z.record(z.string(), z.string()),
        }),
      ),
      runtime: z.strictObject({
        status: z.enum(['running', 'starting', 'stopping', 'stopped', 'failed', 'unknown']),
        state: z.string(),
        subState: z.string(),
        pid: nullable(count),
        restarts: nullable(count),
        lastExitStatus: nullable(z.int()),
        lastExitSignal: nullable(z.string()),
      }),
      configAudit: z.strictObject({
        ok: z.boolean(),
        issues: z.array(
          z.strictObject({ code: z.string(), level: z.enum(['error', 'warn', 'info']), message: z.string() }),
        ),
      }),
      linger: nullable(z.boolean()),
    }),
  ]),
)

const configFile = z.strictObject({ path: z.string(), exists: z.boolean(), valid: z.boolean(), issues: words })
const logLine = z.strictObject({ time: z.string(), level: z.string(), subsystem: z.string(), message: z.string() })

/** `gateway status`. */
export const gatewayStatusShape = z.strictObject({
  ok: z.boolean(),
  runtime: z.strictObject({
    status: z.enum(['starting', 'running', 'restarting', 'stopping', 'stopped', 'failed', 'unknown']),
    pid: nullable(count),
    uptimeMs: nullable(count),
    memoryBytes: nullable(count),
    restarts: nullable(count),
    lastExit,
    supervisor: nullable(z.enum(['systemd', 'launchd', 'foreground'])),
    version: nullable(z.string()),
    instanceId: nullable(z.string()),
  }),
  version: z.strictObject({ program: z.string(), gateway: nullable(z.string()), isSkewed: z.boolean() }),
  service,
  config: z.strictObject({
    cli: configFile,
    daemon: nullable(configFile),
    mismatch: z.boolean(),
    running: nullable(
      z.strictObject({
        path: nullable(z.string()),
        hash: nullable(z.string()),
        loadedAt: nullable(time),
        pendingRestart: nullable(words),
        lastError: nullable(z.string()),
      }),
    ),
  }),
  gateway: z.strictObject({
    bindMode: z.string(),
    bindHosts: words,
    bindSource: z.string(),
    port: count,
    portSource: z.string(),
    authMode: z.string(),
    authSource: nullable(z.string()),
    urls: words,
    probeUrl: z.string(),
    tlsFingerprint: nullable(z.string()),
  }),
  port: z.strictObject({
    port: count,
    status: z.enum(['busy', 'free', 'unknown']),
    listeners: z.array(
      z.strictObject({
        pid: nullable(count),
        command: z.string(),
        user: z.string(),
        address: z.string(),
        kind: z.enum(['gateway', 'unknown']),
      }),
    ),
    hints: words,
  }),
  rpc: z.strictObject({
    ok: nullable(z.boolean()),
    url: z.string(),
    latencyMs: nullable(count),
    protocol: nullable(count),
    error: nullable(error),
  }),
  logs: z.strictObject({ file: nullable(z.string()), errors: z.array(logLine) }),
  extraServices: z.array(
    z.strictObject({
      name: z.string(),
      file: z.string(),
      profile: nullable(z.string()),
      scope: z.enum(['user', 'system']),
    }),
  ),
  otherGateways: z.array(
    z.strictObject({
      pid: count,
      state: z.string(),
      profile: nullable(z.string()),
      stateDir: z.string(),
      configPath: z.string(),
      port: count,
      urls: words,
      version: z.string(),
    }),
  ),
})

/** `status`. */
export const statusShape = z.strictObject({
  gateway: z.strictObject({
    reachable: z.boolean(),
    url: z.string(),
    urlSource: z.string(),
    latencyMs: nullable(count),
    roundsMs: z.array(count),
    version: nullable(z.string()),
    authMode: nullable(z.string()),
    pid: nullable(count),
    memoryBytes: nullable(count),
    uptimeMs: nullable(count),
    state: nullable(z.string()),
    supervisor: nullable(z.string()),
    error: nullable(error),
  }),
  service,
  config: z.strictObject({
    path: z.string(),
    stateDir: z.string(),
    profile: nullable(z.string()),
    exists: z.boolean(),
    valid: z.boolean(),
    issues: words,
    pendingRestart: nullable(words),
    lastError: nullable(z.string()),
  }),
  channels: answer,
  agents: nullable(z.array(z.looseObject({ id: z.string() }))),
  sessions: answer,
  heartbeat: answer,
  cron: answer,
  models: nullable(z.array(z.looseObject({ id: z.string() }))),
  providers: nullable(z.array(z.looseObject({ provider: z.string() }))),
  usage: nullable(z.array(z.looseObject({ provider: z.string() }))),
  securityAudit: nullable(
    z.strictObject({
      summary: z.strictObject({ critical: count, warn: count, info: count }),
      findings: z.array(z.looseObject({ checkId: z.string(), severity: z.enum(['critical', 'warn', 'info']) })),
    }),
  ),
  update: z.strictObject({
    version: z.string(),
    latest: nullable(z.string()),
    available: z.boolean(),
    checkedAt: nullable(time),
  }),
  os: z.strictObject({
    platform: z.string(),
    node: z.string().optional(),
    release: z.string().optional(),
    arch: z.string().optional(),
  }),
  report: nullable(
    z.strictObject({
      installKind: z.string(),
      configText: nullable(z.string()),
      configProblems: words,
      log: z.array(logLine),
    }),
  ),
})

/** `gateway discover`, and a part of `gateway probe`. */
export const discoverShape = z.strictObject({
  beacons: z.array(
    z.strictObject({
      name: z.string(),
      host: z.string(),
      port: count,
      addresses: words,
      url: z.url(),
      tlsFingerprint: nullable(z.string()),
      role: nullable(z.string()),
      cliPath: nullable(z.string()),
      sshPort: nullable(count),
    }),
  ),
})

/** `gateway probe`. */
export const gatewayProbeShape = z.strictObject({
  ok: z.boolean(),
  durationMs: count,
  primaryTargetId: nullable(z.string()),
  warnings: words,
  network: z.strictObject({ localUrl: nullable(z.string()) }),
  discovery: discoverShape,
  targets: z.array(
    z.strictObject({
      id: z.string(),
      kind: z.enum(['explicit', 'remote', 'local', 'neighbour']),
      url: nullable(z.string()),
      active: z.boolean(),
      connect: z.strictObject({ ok: z.boolean(), latencyMs: nullable(count), error: nullable(error) }),
      self: nullable(z.strictObject({ version: z.string(), protocol: count, uptimeMs: count })),
      config: nullable(
        z.strictObject({ path: nullable(z.string()), pendingRestart: words, lastError: nullable(z.string()) }),
      ),
      health: answer,
      summary: answer,
      presence: nullable(z.array(z.unknown())),
    }),
  ),
})

/** `health` and `gateway health`: what the gateway answers. */
export const healthShape = z.looseObject({
  ok: z.boolean(),
  ts: count,
  durationMs: count,
  channels: z.record(z.string(), z.looseObject({})),
  channelOrder: words,
  channelLabels: z.record(z.string(), z.string()),
  heartbeatSeconds: count,
  defaultAgentId: z.string(),
  agents: z.array(z.looseObject({ agentId: z.string() })),
  sessions: z.looseObject({ count }),
  config: z.looseObject({}),
})

/** `sessions`. */
export const sessionsShape = z.strictObject({
  path: nullable(z.string()),
  count,
  activeMinutes: nullable(count),
  sessions: z.array(z.looseObject({ key: z.string(), updatedAt: nullable(time), ageMs: nullable(count) })),
})

/** `channels status`. */
export const channelsStatusShape = z.looseObject({
  ok: z.boolean(),
  channelOrder: words,
  channelAccounts: z.record(z.string(), z.array(z.looseObject({ accountId: z.string() }))),
})

/** `dashboard`. */
export const dashboardShape = z.strictObject({ url: z.url(), token: z.boolean(), expiresAt: nullable(time) })

/** `update status`. */
export const updateStatusShape = z.strictObject({
  version: z.string(),
  latest: nullable(z.string()),
  available: z.boolean(),
  installKind: z.string(),
  checkedAt: nullable(time),
  hasAnswered: z.boolean(),
})

/** One line of `logs`. */
export const logEntryShape = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('meta'), file: z.string(), cursor: count, size: count }),
  z.strictObject({
    type: z.literal('log'),
    time: z.string(),
    level: z.string(),
    subsystem: z.string(),
    message: z.string(),
    fields: z.record(z.string(), z.unknown()),
    raw: z.string(),
  }),
  z.strictObject({ type: z.literal('notice'), message: z.string() }),
  z.strictObject({ type: z.literal('raw'), raw: z.string() }),
  z.strictObject({ type: z.literal('error'), code: z.string(), message: z.string() }),
])

/** `mayros cron list --json`. */
export const cronListShape = z.strictObject({ jobs: z.array(z.looseObject({ id: z.string(), name: z.string() })) })

/** `mayros cron runs --json`. */
export const cronRunsShape = z.strictObject({
  entries: z.array(z.looseObject({ ts: count, jobId: z.string(), status: z.string(), durationMs: count })),
})

/** `mayros cron status --json`. */
export const cronStatusShape = z.strictObject({
  enabled: z.boolean(),
  reason: z.string().nullable(),
  jobs: count,
  nextWakeAtMs: count.nullable(),
  storePath: z.string(),
})
