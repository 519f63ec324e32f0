import { readFile } from 'node:fs/promises'
import { ChannelFailure } from '../../application/ports/channel.js'
import type { ChannelSurroundings } from '../../application/ports/channel-factory.js'
import { type ChannelAccount, DEFAULT_ACCOUNT_ID } from '../../domain/config/resolve-channel-account.js'
import { messageOf } from '../../domain/failure.js'

type Account = Pick<ChannelAccount<'telegram'>, 'accountId' | 'botToken' | 'tokenFile'>
type Environment = ChannelSurroundings['environment']

/** What @BotFather hands out: the id of the bot, a colon, a secret. */
const TOKEN = /^\d+:[\w-]+$/

/** Whether somebody said where the token is. */
export function hasBotToken(account: Account, environment: Environment): boolean {
  return account.botToken !== undefined || account.tokenFile !== undefined || ofEnvironment(account, environment) !== ''
}

/**
 * The token of an account: `botToken`, else the content of `tokenFile`, else, for the account `default` only, the
 * variable TELEGRAM_BOT_TOKEN. Rejects with `auth` when there is none that could be one.
 */
export async function readBotToken(account: Account, environment: Environment): Promise<string> {
  const token = account.botToken ?? (await ofFile(account)) ?? ofEnvironment(account, environment)
  const name = `telegram/${account.accountId}`
  if (token === '') {
    throw new ChannelFailure('auth', `${name} has no bot token; set channels.telegram.botToken`)
  }
  if (!TOKEN.test(token)) {
    throw new ChannelFailure('auth', `${name}: what is configured is no bot token; one looks like 123456:ABC-def`)
  }
  return token
}

async function ofFile({ accountId, tokenFile }: Account): Promise<string | undefined> {
  if (tokenFile === undefined) return undefined
  try {
    return (await readFile(tokenFile, 'utf8')).trim()
  } catch (thrown) {
    const problem = `telegram/${accountId}: channels.telegram.tokenFile cannot be read: ${messageOf(thrown)}`
    throw new ChannelFailure('auth', problem, { cause: thrown })
  }
}

function ofEnvironment({ accountId }: Account, environment: Environment): string {
  return accountId === DEFAULT_ACCOUNT_ID ? (environment.TELEGRAM_BOT_TOKEN?.trim() ?? '') : ''
}
