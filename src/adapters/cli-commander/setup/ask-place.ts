import type { Prompts } from '../../../application/ports/prompts.js'
import type { SetupAnswers } from '../../../application/setup/setup-answers.js'
import { fullPath } from './answers-of-flags.js'
import { needed, noControlCharacters, portNumber, socketAddress } from './checks.js'

/** Whether this machine runs the gateway. */
export function askMode(prompts: Prompts, initial: 'local' | 'remote'): Promise<'local' | 'remote'> {
  return prompts.choose({
    message: 'Where does the gateway run?',
    options: [
      { value: 'local', label: 'On this machine' },
      { value: 'remote', label: 'Elsewhere', hint: 'this machine only calls it' },
    ],
    initial,
  })
}

/** How the gateway elsewhere is reached. */
export async function askRemote(prompts: Prompts, initialUrl?: string): Promise<NonNullable<SetupAnswers['remote']>> {
  const url = await prompts.text({
    message: 'Address of the gateway',
    example: 'wss://gateway.example:18789',
    ...(initialUrl === undefined ? {} : { initial: initialUrl }),
    check: socketAddress,
  })
  const token = await prompts.secret({ message: 'Its token (empty: as it is)', check: noControlCharacters })
  return { url: url.trim(), ...(token.trim() === '' ? {} : { token: token.trim() }) }
}

/** Where the agent works; undefined = as it is. */
export async function askWorkspace(prompts: Prompts, current: string): Promise<string | undefined> {
  const typed = await prompts.text({ message: 'Where does the agent work?', initial: current, check: needed })
  return typed.trim() === current ? undefined : fullPath(typed.trim())
}

export interface GatewayNow {
  readonly port: number
  readonly bind: string
  readonly auth: 'token' | 'password'
  readonly hasPassword: boolean
  readonly tailscale: 'off' | 'serve' | 'funnel'
}

/** Port, address and secret; only what differs from now. */
export async function askGateway(
  prompts: Prompts,
  now: GatewayNow,
  hash: (password: string) => Promise<string>,
): Promise<NonNullable<SetupAnswers['gateway']>> {
  const port = Number(await prompts.text({ message: 'Port', initial: String(now.port), check: portNumber }))
  const bind = await prompts.choose({
    message: 'Who can reach it?',
    options: [
      { value: 'loopback', label: 'This machine only' },
      { value: 'tailnet', label: 'The tailnet as well' },
      { value: 'lan', label: 'Every network this machine is in' },
      { value: 'auto', label: 'As the surroundings want it', hint: 'everybody in a container, else this machine' },
    ],
    initial: now.bind,
  })
  const auth = await prompts.choose({
    message: 'How do clients prove themselves?',
    options: [
      { value: 'token', label: 'With a token', hint: 'made for you' },
      { value: 'password', label: 'With a password', hint: 'stored as a hash' },
    ],
    initial: now.auth,
  })
  const password = auth === 'password' ? await askPassword(prompts, now.hasPassword) : ''
  const tailscale = await prompts.choose({
    message: 'Publish it through Tailscale?',
    options: [
      { value: 'off', label: 'No' },
      { value: 'serve', label: 'In the tailnet' },
      { value: 'funnel', label: 'In the internet', hint: 'needs a password' },
    ],
    initial: now.tailscale,
  })
  return {
    ...(port === now.port ? {} : { port }),
    ...(bind === now.bind ? {} : { bind }),
    ...(auth === now.auth ? {} : { auth }),
    ...(password === '' ? {} : { password: await hash(password) }),
    ...(tailscale === now.tailscale ? {} : { tailscale }),
  }
}

function askPassword(prompts: Prompts, hasPassword: boolean): Promise<string> {
  return prompts.secret({
    message: hasPassword ? 'Password (empty: as it is)' : 'Password',
    check: hasPassword ? noControlCharacters : needed,
  })
}
