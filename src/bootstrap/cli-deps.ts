import { readFile } from 'node:fs/promises'
import { homedir, release } from 'node:os'
import { join } from 'node:path'
import type { CliDeps, CliEnvironment, ConnectionHints, ContractKit } from '../adapters/cli-commander/cli-deps.js'
import type { NodeTerminal } from '../adapters/cli-commander/node-terminal.js'
import { resolveEnvironment } from '../adapters/environment-node/resolve-environment.js'
import { readHostAddresses } from './host-addresses.js'
import { installationOf } from './installation.js'
import { VERSION } from './version.js'

/**
 * The contract suites by the public name of this package, which leads from wherever the command is installed to the file
 * beside it. Nothing in here may know them at build time: they are built from the tests, which know this code.
 */
const CONTRACT_KIT = 'mayros/testing'

/** What commands get from the outside; everything is loaded by the command that needs it. */
export function cliDeps(terminal: NodeTerminal): CliDeps {
  return {
    ...terminal,
    version: VERSION,
    resolveEnvironment: async (flags) => {
      const { loadEnvironment } = await import('../adapters/environment-node/load-environment.js')
      const sources = { env: process.env, workingDirectory: process.cwd() }
      const resolved = resolveEnvironment({ ...sources, flags, accountHome: homedir() })
      const { variables, warnings } = loadEnvironment({ ...sources, stateDir: resolved.stateDir })
      return { ...resolved, notes: [...resolved.notes, ...warnings], variables }
    },
    readConnectionHints: readHints,
    openConfig: async (environment, path) => {
      const { openConfig } = await import('./open-config.js')
      const { parseValueText } = await import('../adapters/config-json5/parse-value-text.js')
      return { ...openConfig(environment, path), parseValue: parseValueText }
    },
    openHome: async ({ stateDir }) => {
      const { openHome } = await import('./open-home.js')
      return openHome(stateDir)
    },
    openPrompts: async () => {
      const { ClackPrompts } = await import('../adapters/prompts-clack/clack-prompts.js')
      return new ClackPrompts({ input: process.stdin, output: process.stderr })
    },
    openServices: async (environment, scope) => {
      const { openServices } = await import('./open-services.js')
      return openServices(environment, scope)
    },
    readLiveRecord: async (stateDir) => {
      const { FileRuntimeRecords } = await import('../adapters/instance-lock-file/file-runtime-records.js')
      return new FileRuntimeRecords(stateDir).readLive()
    },
    openClient: async (options) => {
      const { WsGatewayClient } = await import('../adapters/client-ws/ws-gateway-client.js')
      return WsGatewayClient.connect(options)
    },
    deviceIdentity: async (stateDir) => {
      const { loadDeviceIdentity } = await import('../adapters/device-identity-file/file-device-identity.js')
      return loadDeviceIdentity(stateDir)
    },
    readSessions: async (environment, query) => {
      const { readSessions } = await import('./read-sessions.js')
      return readSessions(environment, query)
    },
    writeText: async (path, text) => {
      const { writeText } = await import('../adapters/environment-node/write-text.js')
      return writeText(path, text)
    },
    readLogTail: async (environment, request) => {
      const { FileLogReader } = await import('../adapters/log-pino/file-log-reader.js')
      const { dailyFamily } = await import('../adapters/log-pino/log-family.js')
      return new FileLogReader(dailyFamily(join(environment.stateDir, 'logs'))).tail(request)
    },
    openSenders: async ({ stateDir }) => {
      const { openSenders } = await import('./open-senders.js')
      return openSenders(stateDir)
    },
    readBytes: (path) => readFile(path),
    probeChannel: async (environment, config, channel, accountId) => {
      const { probeChannel } = await import('./probe-channel.js')
      return probeChannel(environment, config, channel, accountId)
    },
    openDoctor: async (environment) => {
      const { doctorTools } = await import('./doctor-tools.js')
      return doctorTools(environment)
    },
    openAuditTrail: async (stateDir) => {
      const { FileAuditTrail } = await import('../adapters/audit-file/file-audit-trail.js')
      const { SystemClock } = await import('../adapters/clock-system/system-clock.js')
      return new FileAuditTrail({ stateDir, clock: new SystemClock() })
    },
    privateFiles: async () => {
      const { NodePrivateFiles } = await import('../adapters/private-files-node/node-private-files.js')
      return new NodePrivateFiles()
    },
    isContainer: () => readHostAddresses().isContainer,
    hashPassword: async (password) => {
      const { hashPassword } = await import('../adapters/secrets-node/password-hash.js')
      return hashPassword(password)
    },
    findGateways: async ({ home }) => {
      const { findGateways } = await import('../application/start/find-gateways.js')
      const { NodeHomeFiles } = await import('../adapters/home-files-node/node-home-files.js')
      const { FileRuntimeRecords } = await import('../adapters/instance-lock-file/file-runtime-records.js')
      return findGateways(home, new NodeHomeFiles(), (stateDir) => new FileRuntimeRecords(stateDir).readLive())
    },
    openBeacons: async (environment) => {
      const { isDisabled } = await import('./beacon-wish.js')
      if (isDisabled(environment)) return null
      const { MdnsBeacons } = await import('../adapters/beacons-mdns/mdns-beacons.js')
      const { SystemClock } = await import('../adapters/clock-system/system-clock.js')
      return new MdnsBeacons({ clock: new SystemClock() })
    },
    processMemory: async (pid) => {
      const { processMemory } = await import('../adapters/host-node/process-memory.js')
      return processMemory(pid)
    },
    host: () => ({ node: process.version, release: release(), arch: process.arch }),
    installation: () => installationOf(process.argv[1]),
    latestVersion: async (timeoutMs) => {
      const { latestVersion } = await import('./latest-version.js')
      return latestVersion(timeoutMs)
    },
    openBrowser: async (url) => {
      const { openBrowser } = await import('./open-browser.js')
      return openBrowser(url)
    },
    findPortHolders: async (port, hosts) => {
      const { portHolders } = await import('./port-holders.js')
      return portHolders().find(port, hosts)
    },
    loadContracts: async () => (await import(CONTRACT_KIT)) as ContractKit,
    runGateway: async (options) => {
      const { runGateway } = await import('./process.js')
      return runGateway(options)
    },
  }
}

async function readHints(environment: CliEnvironment): Promise<ConnectionHints> {
  const { readConnectionHints } = await import('../adapters/config-json5/connection-hints.js')
  const { existsSync } = await import('node:fs')
  const { problem, remoteUrl, remoteToken, remotePassword, remoteTlsFingerprint, ...hints } = await readConnectionHints(
    environment.configPath,
    environment,
  )
  const runToken = await readFile(join(environment.stateDir, 'run', 'token'), 'utf8').catch(() => undefined)
  return {
    ...hints,
    exists: existsSync(environment.configPath),
    problems: problem === null ? [] : [problem],
    remote: {
      ...(remoteUrl === undefined ? {} : { url: remoteUrl }),
      ...(remoteToken === undefined ? {} : { token: remoteToken }),
      ...(remotePassword === undefined ? {} : { password: remotePassword }),
      ...(remoteTlsFingerprint === undefined ? {} : { tlsFingerprint: remoteTlsFingerprint }),
    },
    ...(runToken === undefined ? {} : { runToken }),
  }
}
