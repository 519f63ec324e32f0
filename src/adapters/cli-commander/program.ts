import { Command, CommanderError, Option } from 'commander'
import { addAgents } from './agents-program.js'
import { addApprovals } from './approvals-program.js'
import { addChannels } from './channels-program.js'
import type { CliDeps } from './cli-deps.js'
import { UsageFailure } from './cli-failure.js'
import { CommandContext, type GlobalFlags, type SharedFlags } from './command-context.js'
import type { AgentFlags } from './commands/agent.js'
import type { ContractFlags } from './commands/contract.js'
import type { GatewayCallFlags } from './commands/gateway-call.js'
import type { DiscoverFlags } from './commands/gateway-discover.js'
import type { GatewayRunFlags } from './commands/gateway-run.js'
import type { GatewayStatusFlags } from './commands/gateway-status.js'
import type { HealthFlags } from './commands/health.js'
import type { LogsFlags } from './commands/logs.js'
import type { StatusFlags } from './commands/status.js'
import { addCompletion } from './completion-program.js'
import { addConfig } from './config-program.js'
import { addCron } from './cron-program.js'
import { addDashboard } from './dashboard-program.js'
import { addDevices } from './devices-program.js'
import { addDoctor } from './doctor-program.js'
import { examples } from './examples.js'
import { addMessage } from './message-program.js'
import { addModels } from './models-program.js'
import { nearest } from './nearest.js'
import { listed, moment, oneOf, pattern, profileName, reasons, wholeNumber } from './option-values.js'
import { addPairing } from './pairing-program.js'
import { addSecurity } from './security-program.js'
import { addService } from './service-program.js'
import { addSessions } from './sessions-program.js'
import { addSetup } from './setup-program.js'
import { credentials, shared } from './shared-options.js'
import { addSystem } from './system-program.js'
import { addTools } from './tools-program.js'
import { addUpdate } from './update-program.js'

const LEVELS = ['silent', 'fatal', 'error', 'warn', 'info', 'debug', 'trace']
const BINDS = ['loopback', 'lan', 'tailnet', 'auto', 'custom']
const AUTHS = ['token', 'password', 'trusted-proxy', 'none']

/**
 * The command line. Commands are loaded when they are called, so that each pays only for what it needs.
 * @param ended is told the exit code of the command that ran
 */
export function createProgram(deps: CliDeps, ended: (exitCode: number) => void = () => undefined): Command {
  const program = new Command('mayros')
    .description('An always-on gateway that connects people and programs to AI agents.')
    .version(deps.version, '-V, --version', 'version and exit')
    .addOption(new Option('-v').hideHelp())
    .helpOption('-h, --help', 'help of this command')
    .helpCommand('help [command]', 'help of a command')
    .option('--dev', 'profile dev: ~/.mayros-dev, port 19001')
    .option('--profile <name>', 'own state directory ~/.mayros-<name>', profileName)
    .option('--json', 'machine output')
    .option('--no-color', 'no colours')
    .option('--log-level <level>', LEVELS.join(', '), oneOf('--log-level', LEVELS))
    .exitOverride()
    .addHelpText('after', examples('mayros gateway --port 18789', 'mayros agent -m "hello"'))
  program.on('option:v', () => {
    deps.stdout.write(`${deps.version}\n`)
    throw new CommanderError(0, 'commander.version', deps.version)
  })

  addGateway(program, deps, ended)
  addDiagnosis(program, deps, ended)
  addDoctor(program, (command) => contextOf(deps, command), ended)
  addAgent(program, deps, ended)
  addSessions(program, (command) => contextOf(deps, command), ended)
  addChannels(program, (command) => contextOf(deps, command), ended)
  addMessage(program, (command) => contextOf(deps, command), ended)
  addAgents(program, (command) => contextOf(deps, command), ended)
  addSetup(program, (command) => contextOf(deps, command), ended)
  addConfig(program, (command) => contextOf(deps, command), ended)
  addPairing(program, (command) => contextOf(deps, command), ended)
  addDevices(program, (command) => contextOf(deps, command), ended)
  addTools(program, (command) => contextOf(deps, command), ended)
  addApprovals(program, (command) => contextOf(deps, command), ended)
  addModels(program, (command) => contextOf(deps, command), ended)
  addCron(program, (command) => contextOf(deps, command), ended)
  addSecurity(program, (command) => contextOf(deps, command), ended)
  addSystem(program, (command) => contextOf(deps, command), ended)
  addContract(program, deps, ended)
  addDashboard(program, (command) => contextOf(deps, command), ended)
  addUpdate(program, (command) => contextOf(deps, command), ended)
  addCompletion(program, (command) => contextOf(deps, command), ended)
  return program
}

function addGateway(program: Command, deps: CliDeps, ended: (exitCode: number) => void): void {
  const gateway = program
    .command('gateway')
    .description('run a gateway, or look at one')
    .usage('[run] [flags] | status | probe | discover | health | call | install | uninstall | start | stop | restart')
    .addHelpText('after', examples('mayros gateway --port 18789', 'mayros gateway run --help'))

  gateway
    .command('run', { isDefault: true })
    .description('run in the foreground')
    .option('--port <1-65535>', 'port to listen on', wholeNumber('--port', 0, 65_535))
    .option('--bind <mode>', BINDS.join(', '), oneOf('--bind', BINDS))
    .option('--auth <mode>', AUTHS.join(', '), oneOf('--auth', AUTHS))
    .option('--token <token>', 'token for this process; - reads it from stdin')
    .option('--password <password>', 'password for this process; - reads it from stdin')
    .option('--tailscale <mode>', 'off, serve, funnel', oneOf('--tailscale', ['off', 'serve', 'funnel']))
    .option('--tailscale-reset-on-exit', 'undo the publication when the gateway stops')
    .option('--allow-unconfigured', 'start although gateway.mode is not local or no config exists')
    .option('--last-good', 'start with what ran last when the config file cannot be used')
    .option('--force', 'free the port first')
    .option('--verbose', 'debug and trace on the console')
    .option('--ws-log <mode>', 'auto, full, compact', oneOf('--ws-log', ['auto', 'full', 'compact']))
    .option('--compact', 'same as --ws-log compact')
    .option('--reset', 'profile dev only: first move everything of it to a dated backup')
    .option('--yes', 'with --reset: do not ask')
    .allowExcessArguments(true)
    .addHelpText('after', examples('mayros gateway --port 18789', 'mayros --dev gateway --allow-unconfigured'))
    .action(async (flags: GatewayRunFlags, command: Command) => {
      refuseUnknownCommand(gateway, command.args[0])
      const { gatewayRun } = await import('./commands/gateway-run.js')
      ended(await gatewayRun(contextOf(deps, command), flags))
    })

  shared(gateway.command('status'))
    .description('service, process, port and an RPC probe in one view')
    .option('--no-probe', 'do not connect')
    .option('--deep', 'also other services and gateways of this user, and the last errors')
    .addHelpText('after', examples('mayros gateway status', 'mayros gateway status --deep --json'))
    .action(async (flags: GatewayStatusFlags, command: Command) => {
      const { gatewayStatus } = await import('./commands/gateway-status.js')
      ended(await gatewayStatus(contextOf(deps, command), flags))
    })

  shared(gateway.command('call'))
    .description('call one RPC method and print its payload')
    .argument('<method>')
    .option('--params <json>', 'parameters: JSON, @file, or - for stdin')
    .option('--expect-final', 'wait for the final of a two-stage method')
    .addHelpText(
      'after',
      examples('mayros gateway call health', `mayros gateway call sessions.list --params '{"limit":5}'`),
    )
    .action(async (method: string, flags: GatewayCallFlags, command: Command) => {
      const { gatewayCall } = await import('./commands/gateway-call.js')
      ended(await gatewayCall(contextOf(deps, command), method, flags))
    })

  shared(gateway.command('probe'))
    .description('every gateway that could be meant: named, remote, local, and other profiles')
    .addHelpText('after', examples('mayros gateway probe', 'mayros gateway probe --json'))
    .action(async (flags: SharedFlags, command: Command) => {
      const { gatewayProbe } = await import('./commands/gateway-probe.js')
      ended(await gatewayProbe(contextOf(deps, command), flags))
    })

  gateway
    .command('discover')
    .description('gateways that announce themselves in the local network')
    .option('--timeout <ms>', 'how long to look (2000)', wholeNumber('--timeout', 1, 600_000))
    .addHelpText('after', examples('mayros gateway discover', 'mayros gateway discover --json'))
    .action(async (flags: DiscoverFlags, command: Command) => {
      const { gatewayDiscover } = await import('./commands/gateway-discover.js')
      ended(await gatewayDiscover(contextOf(deps, command), flags))
    })

  addHealth(gateway, deps, ended, 'mayros gateway health')
  addService(gateway, (command) => contextOf(deps, command), ended)
}

function addDiagnosis(program: Command, deps: CliDeps, ended: (exitCode: number) => void): void {
  shared(program.command('status'))
    .description('overview; always prints')
    .option('--deep', 'probe the channels now; keys, memory and times')
    .option('--all', 'everything without secrets, to be pasted into a ticket')
    .option('--usage', 'what providers were asked for in 30 days')
    .addHelpText('after', examples('mayros status', 'mayros --dev status --deep --json'))
    .action(async (flags: StatusFlags, command: Command) => {
      const { status } = await import('./commands/status.js')
      ended(await status(contextOf(deps, command), flags))
    })

  addHealth(program, deps, ended, 'mayros health')

  shared(program.command('logs'))
    .description('log of the running gateway')
    .option('-f, --follow', 'go on, also over restarts of the gateway')
    .option('--limit <n>', 'newest lines (200)', wholeNumber('--limit', 1, 5000))
    .option('--max-bytes <n>', 'at most this many bytes (250000)', wholeNumber('--max-bytes', 1, 1_000_000))
    .option('--interval <ms>', 'time between two looks (1000)', wholeNumber('--interval', 50))
    .option('--level <level>', 'least important level', oneOf('--level', LEVELS.slice(1)))
    .option('--subsystem <prefix>', 'only this part: gateway/ws, agent ...')
    .option('--grep <regex>', 'only lines that match', pattern('--grep'))
    .option('--since <time>', 'only from then on: 30s, 10m, 2h, 3d, 2026-11-22T16:00', moment('--since'))
    .option('--local-time', 'times in the zone of this host')
    .option('--plain', 'full times, as for a pipe')
    .option('--offline', 'read the file of this host, without a gateway')
    .addHelpText('after', examples('mayros logs --follow', 'mayros logs --level warn --json'))
    .action(async (flags: LogsFlags, command: Command) => {
      const { logs } = await import('./commands/logs.js')
      ended(await logs(contextOf(deps, command), flags))
    })
}

function addHealth(parent: Command, deps: CliDeps, ended: (exitCode: number) => void, name: string): void {
  shared(parent.command('health'))
    .description('health snapshot of the running gateway')
    .option('--verbose', 'probe every channel now')
    .addHelpText('after', examples(name, `${name} --json`))
    .action(async (flags: HealthFlags, command: Command) => {
      const { health } = await import('./commands/health.js')
      ended(await health(contextOf(deps, command), flags))
    })
}

function addAgent(program: Command, deps: CliDeps, ended: (exitCode: number) => void): void {
  credentials(program.command('agent'))
    .description('send a message to an agent and print the answer')
    .option('-m, --message <text>', 'the message; - or no -m reads stdin')
    .option('--agent <id>', 'main session of this agent')
    .option('--session-key <key>', 'this session')
    .option('--session-id <id>', 'the session with this id')
    .option('--thinking <level>', 'off, minimal, low, medium, high, xhigh')
    .option('--timeout <s>', 'seconds the run may take (600), 0 = no limit', wholeNumber('--timeout', 0))
    .option('--stream', 'print text as it comes')
    .option('--verbose [level]', 'say more on stderr')
    .addOption(new Option('--local').hideHelp())
    .addHelpText('after', examples('mayros agent -m "hello"', 'git diff | mayros agent --session-key main --stream'))
    .action(async (flags: AgentFlags, command: Command) => {
      const { agent } = await import('./commands/agent.js')
      ended(await agent(contextOf(deps, command), flags))
    })
}

function addContract(program: Command, deps: CliDeps, ended: (exitCode: number) => void): void {
  program
    .command('contract')
    .description('hold an adapter of your own to the contract of its port')
    .argument(
      '<port>',
      'transport, session-store, agent-runner, config-source, channel, document, audit-trail, toolbox, supervisor, log, clock',
    )
    .argument('<module>', 'path or package whose default export is a harness, or makes one')
    .option('--only <id>', 'only this guarantee; may be repeated', listed('--only'))
    .option('--skip <id=reason>', 'not this one, and why; may be repeated', reasons('--skip'))
    .option('--stress', 'repeat everything under random load')
    .option('--seed <n>', 'repeat the stress with this seed', wholeNumber('--seed', 0, 2 ** 32 - 1))
    .option('--rounds <n>', 'rounds of stress (3)', wholeNumber('--rounds', 1, 10_000))
    .addHelpText(
      'after',
      examples('mayros contract transport ./my-transport.js', 'mayros contract session-store ./my-store.js --only C1'),
    )
    .action(async (port: string, module: string, flags: ContractFlags, command: Command) => {
      const { contract } = await import('./commands/contract.js')
      ended(await contract(contextOf(deps, command), port, module, flags))
    })
}

function contextOf(deps: CliDeps, command: Command): CommandContext {
  const flags = command.optsWithGlobals<GlobalFlags>()
  if (flags.dev === true && flags.profile !== undefined && flags.profile !== 'dev') {
    throw new UsageFailure(`--dev and --profile ${flags.profile} name different profiles`)
  }
  return new CommandContext(deps, flags)
}

function refuseUnknownCommand(parent: Command, word: string | undefined): void {
  if (word === undefined) return
  const meant = nearest(
    word,
    parent.commands.map((command) => command.name()),
  )
  throw new UsageFailure(`unknown command gateway ${word}${meant === undefined ? '' : ` (did you mean ${meant}?)`}`)
}
