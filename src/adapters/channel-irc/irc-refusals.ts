import type { ChannelFailureCode } from '../../application/ports/channel.js'

/** What a server refuses to whoever said something, by its number. */
export const SPEECH_REFUSALS: Readonly<Record<string, ChannelFailureCode>> = {
  401: 'not-found', // no such nick
  403: 'not-found', // no such channel
  404: 'forbidden', // cannot send to channel
  407: 'invalid', // too many targets
  411: 'invalid', // no recipient
  413: 'invalid',
  414: 'invalid',
  415: 'forbidden', // banned text
  439: 'rate-limited', // targets change too fast
  442: 'forbidden', // not on that channel
  477: 'forbidden', // only registered nicks
  486: 'forbidden', // only registered nicks may write to this person
  489: 'forbidden', // only over TLS
  531: 'forbidden', // the person does not take it
  716: 'forbidden', // the person takes messages of known people only
}

/** Why a channel cannot be joined, by the number of the server. */
export const JOIN_REFUSALS: Readonly<Record<string, string>> = {
  403: 'there is no such channel',
  405: 'in too many channels',
  437: 'unavailable for now',
  471: 'full',
  473: 'invitation needed',
  474: 'banned',
  475: 'wrong or missing key',
  476: 'bad name',
  477: 'only for registered nicks',
  479: 'bad name',
  485: 'not allowed',
  489: 'only over TLS',
  520: 'operators only',
}

/** Refusals that end the attempt to connect, with what an operator can do. */
export const ENTRY_REFUSALS: Readonly<Record<string, { readonly code: ChannelFailureCode; readonly advice: string }>> =
  {
    464: { code: 'auth', advice: 'the server does not accept the password; check channels.irc.password' },
    465: { code: 'forbidden', advice: 'the server has banned us' },
    463: { code: 'forbidden', advice: 'the server does not let this host in' },
  }

const PARTINGS: readonly (readonly [RegExp, ChannelFailureCode])[] = [
  [/bad password|password (?:is )?(?:incorrect|mismatch|required)|access denied/iu, 'auth'],
  [/banned|[kgzd]-?lined|akill/iu, 'forbidden'],
  [/throttl|too (?:fast|many|often)|flood/iu, 'rate-limited'],
]

/** Class of the words with which a server closes a connection. */
export function partingCode(words: string): ChannelFailureCode {
  return PARTINGS.find(([pattern]) => pattern.test(words))?.[1] ?? 'network'
}

/** Errors of the machine below, in words. */
const SOCKET_TROUBLES: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nobody answers at this port; check channels.irc.host and port',
  ECONNRESET: 'the connection was reset',
  EPIPE: 'the connection was closed',
  ETIMEDOUT: 'no answer',
  EHOSTUNREACH: 'there is no way to the host',
  ENETUNREACH: 'there is no network',
  ENOTFOUND: 'there is no such host; check channels.irc.host',
  EAI_AGAIN: 'the name of the host cannot be looked up now',
  EPROTO: 'the server does not speak TLS at this port; check channels.irc.port and tls',
  ERR_SSL_WRONG_VERSION_NUMBER: 'the server does not speak TLS at this port; check channels.irc.port and tls',
  ERR_SSL_PACKET_LENGTH_TOO_LONG: 'the server does not speak TLS at this port; check channels.irc.port and tls',
  ERR_TLS_CERT_ALTNAME_INVALID: 'the certificate is made for another host',
  CERT_HAS_EXPIRED: 'the certificate of the server has expired',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'the certificate of the server is self-signed; trust it with NODE_EXTRA_CA_CERTS',
  SELF_SIGNED_CERT_IN_CHAIN: 'the certificate of the server is not trusted; NODE_EXTRA_CA_CERTS names more authorities',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    'the certificate of the server is not trusted; NODE_EXTRA_CA_CERTS names more authorities',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    'the certificate of the server is not trusted; NODE_EXTRA_CA_CERTS names more authorities',
}

/** An error of the connection, in words that name what can be done. */
export function socketTrouble(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  return SOCKET_TROUBLES[code] ?? (code === '' ? 'the connection was closed' : `the connection failed (${code})`)
}
