import { RunnerFailure, type RunnerFailureCode } from '../../application/ports/agent-runner.js'
import type { Provider } from './provider-table.js'
import { readUpstreamError, type UpstreamError } from './upstream-error.js'

const MAX_QUOTE_CHARACTERS = 300
/** Header values shorter than this are words like `true`, not secrets. */
const MIN_SECRET_CHARACTERS = 6

/**
 * Says in our words why a provider did not answer, and what to do. The provider's own words are quoted, shortened and
 * with every configured secret masked. The original error stays behind: it carries request, headers and key.
 * @param now Unix milliseconds, for a Retry-After that is a date
 */
export function providerFailure(error: unknown, provider: Provider, model: string, now: number): RunnerFailure {
  if (error instanceof RunnerFailure) return error
  const upstream = readUpstreamError(error)
  const code = failureCode(upstream)
  const retryAfterMs = retryAfter(upstream, now)
  const sentence = `${provider.id}/${model} ${whatHappened(code, upstream, provider)}`
  const message = `${sentence}${quote(upstream, provider)}; ${whatToDo(code, provider, retryAfterMs)}`
  return new RunnerFailure(code, message, retryAfterMs === undefined ? {} : { retryAfterMs })
}

/** The stream ended although the provider had not said that it is done. */
export function endedTooEarly(provider: Provider, model: string): RunnerFailure {
  const message = `${provider.id}/${model} broke off in the middle of the answer; ${whatToDo('connection', provider, undefined)}`
  return new RunnerFailure('connection', message)
}

/** Decides by what was said first and by the status after that, since providers share statuses but not reasons. */
function failureCode({ status, codes, text, networkCode }: UpstreamError): RunnerFailureCode {
  const said = `${codes} ${text}`
  if (status === undefined || status < 400) {
    if (networkCode !== undefined) return /TIMEDOUT|TIMEOUT/.test(networkCode) ? 'timeout' : 'connection'
    if (/TimeoutError/.test(codes)) return 'timeout'
    if (/without a finish|EmptyResponseBody|terminated|cut off/i.test(said)) return 'connection'
  }
  if (
    status === 402 ||
    /insufficient_quota|billing_error|credit balance|insufficient (balance|credits|funds)/i.test(said)
  ) {
    return 'billing'
  }
  if (status === 429 || /rate_?limit|RESOURCE_EXHAUSTED/i.test(codes)) return 'rate-limit'
  if (status === 401 || /authentication|API_KEY_INVALID|invalid_api_key|API key not valid/i.test(said)) return 'auth'
  if (
    status === 413 ||
    /context_length|context (length|window)|prompt is too long|too many tokens|maximum number of tokens/i.test(said)
  ) {
    return 'context-overflow'
  }
  if (status === 404 || /model_not_found|not_found_error|model .{0,80}(not found|does not exist)/i.test(said))
    return 'unknown-model'
  if (status === 403 || /permission/i.test(codes)) return 'auth'
  if (status === 502 || status === 503 || status === 529 || /overloaded|UNAVAILABLE/i.test(codes)) return 'overloaded'
  if (status === 408 || status === 504 || /timeout/i.test(codes)) return 'timeout'
  if (
    (status !== undefined && status < 500) ||
    /invalid_request|AI_(InvalidPrompt|UnsupportedFunctionality)/.test(codes)
  )
    return 'format'
  return 'provider'
}

function whatHappened(code: RunnerFailureCode, { status, networkCode }: UpstreamError, provider: Provider): string {
  const reason = status !== undefined ? ` (HTTP ${status})` : networkCode !== undefined ? ` (${networkCode})` : ''
  switch (code) {
    case 'auth':
      return `was refused: the API key is missing, wrong or not allowed to do this${reason}`
    case 'billing':
      return `was refused: the account has no credit left${reason}`
    case 'unknown-model':
      return `is not a model that the provider knows${reason}`
    case 'rate-limit':
      return `was refused: too many requests or tokens in a short time${reason}`
    case 'overloaded':
      return `is overloaded or down${reason}`
    case 'timeout':
      return `took too long to answer${reason}`
    case 'connection':
      return `cannot be reached or broke off${shownAddress(provider)}${reason}`
    case 'context-overflow':
      return `was given more text than the model can take${reason}`
    case 'format':
      return `did not accept the request${reason}`
    case 'provider':
      return `failed to answer${reason}`
  }
}

function whatToDo(code: RunnerFailureCode, provider: Provider, retryAfterMs: number | undefined): string {
  const place = `models.providers.${provider.id}`
  switch (code) {
    case 'auth':
      return `set ${provider.keyVariable} or ${place}.apiKey to a valid key`
    case 'billing':
      return "add credit or a payment method in the provider's console, or choose another model"
    case 'unknown-model':
      return `check the model name in agents.defaults.model, and ${place}.baseUrl`
    case 'rate-limit':
      return retryAfterMs === undefined ? 'try again in a while' : `try again in ${Math.ceil(retryAfterMs / 1000)} s`
    case 'overloaded':
    case 'timeout':
      return 'try again in a while or choose another model'
    case 'connection':
      return `check the network and ${place}.baseUrl, then try again`
    case 'context-overflow':
      return 'compact or reset the session, or send less'
    case 'format':
      return `check ${place}.api and the settings of the model`
    case 'provider':
      return `try again; if it stays, check ${place} and the provider's status page`
  }
}

function quote({ text }: UpstreamError, provider: Provider): string {
  const line = masked(text, provider).replace(/\s+/g, ' ').trim()
  if (line === '') return ''
  return `: "${line.length <= MAX_QUOTE_CHARACTERS ? line : `${line.slice(0, MAX_QUOTE_CHARACTERS)}...`}"`
}

/** Milliseconds; a date in the past is 0. */
function retryAfter({ retryAfter: given }: UpstreamError, now: number): number | undefined {
  if (given === undefined) return undefined
  const number = Number(given.header)
  if (given.header.trim() !== '' && Number.isFinite(number))
    return Math.max(0, Math.ceil(given.unit === 'ms' ? number : number * 1000))
  const date = Date.parse(given.header)
  return Number.isNaN(date) ? undefined : Math.max(0, date - now)
}

/** Hides every configured secret in foreign words, however short it is. */
function masked(text: string, provider: Provider): string {
  return secretsOf(provider).reduce((hidden, secret) => hidden.replaceAll(secret, '***'), text)
}

/** Longest first, so that no rest of a longer one stays. */
function secretsOf({ apiKey = '', keys, headers }: Provider): string[] {
  const headerValues = Object.values(headers).filter((value) => value.length >= MIN_SECRET_CHARACTERS)
  const credentials = headerValues.map((value) => value.replace(/^(Bearer|Basic|Token)\s+/i, ''))
  return [apiKey, ...keys.map(({ value }) => value), ...headerValues, ...credentials]
    .filter((secret) => secret !== '')
    .sort((one, other) => other.length - one.length)
}

/** The address without what may be secret in it: user, password and query. */
function shownAddress({ baseUrl }: Provider): string {
  if (baseUrl === undefined || !URL.canParse(baseUrl)) return ''
  const { origin, pathname } = new URL(baseUrl)
  return ` at ${origin}${pathname}`
}
