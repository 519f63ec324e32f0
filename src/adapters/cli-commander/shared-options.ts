import type { Command } from 'commander'
import { fingerprint, wholeNumber } from './option-values.js'

/** Which gateway, and what opens its door. */
export function credentials(command: Command): Command {
  return command
    .option('--url <url>', 'ws:// or wss:// address; needs --token or --password')
    .option('--token <token>', 'token; - reads it from stdin')
    .option('--password <password>', 'password; - reads it from stdin')
    .option(
      '--tls-fingerprint <sha256>',
      'only this certificate, whoever signed it (wss://)',
      fingerprint('--tls-fingerprint'),
    )
}

/** Flags of every command that talks to a gateway. */
export function shared(command: Command): Command {
  return credentials(command).option('--timeout <ms>', 'longest wait (10000)', wholeNumber('--timeout', 1))
}
