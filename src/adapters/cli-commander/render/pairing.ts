import { printable } from '../../../domain/log/printable.js'
import type { ListedSenders } from '../pairing/pairing-desk.js'
import { ago, roughly, table } from './words.js'

/** Senders that wait, with their codes, then those that were let in. */
export function pairingLines({ requests, approved }: ListedSenders, now: number): string[] {
  const waiting = requests.map(({ channel, accountId, senderId, name = '', code, createdAt, expiresAt }) => [
    printable(`${channel}/${accountId}`),
    printable(senderId),
    printable(name),
    printable(code),
    ago(now - createdAt),
    `expires in ${roughly(expiresAt - now)}`,
  ])
  const known = approved.map(({ channel, accountId, senderId, name = '', approvedAt }) => [
    printable(`${channel}/${accountId}`),
    printable(senderId),
    printable(name),
    `approved ${ago(now - approvedAt)}`,
  ])
  return [
    ...(waiting.length === 0
      ? ['no waiting requests']
      : ['Waiting', ...indented(waiting), '  approve: mayros pairing approve <channel> <code>']),
    ...(known.length === 0 ? [] : ['Approved', ...indented(known)]),
  ]
}

function indented(rows: readonly (readonly string[])[]): string[] {
  return table(rows).map((line) => `  ${line}`)
}
