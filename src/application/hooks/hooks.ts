import { sizeBytes } from '../../domain/config/size.js'
import { messageOf } from '../../domain/failure.js'
import { deliveryIdIn } from '../../domain/hooks/delivery-id.js'
import { findMapping, type HookMapping, withoutSlashes } from '../../domain/hooks/hook-mapping.js'
import { mappingsOf } from '../../domain/hooks/hook-presets.js'
import { mappedFields } from '../../domain/hooks/mapped-fields.js'
import { publicHeaders } from '../../domain/hooks/public-headers.js'
import { readAgentOrder, readWakeOrder } from '../../domain/hooks/read-order.js'
import { signatureIn, signatureRules } from '../../domain/hooks/signature.js'
import type { TemplateSource } from '../../domain/hooks/template.js'
import type { Clock } from '../ports/clock.js'
import { HookTransformFailure, type HookTransforms } from '../ports/hook-transforms.js'
import type { Log } from '../ports/log.js'
import type { Secrets } from '../ports/secrets.js'
import type { LiveConfig } from '../reload/live-config.js'
import type { AgentHook } from './agent-hook.js'
import { HookDeliveries } from './hook-deliveries.js'
import type { HookDoor } from './hook-door.js'
import type { HookAnswer, HookVerdict, HookVisit } from './hook-request.js'
import type { WakeHook } from './wake-hook.js'

export interface HooksParts {
  readonly live: Pick<LiveConfig, 'config'>
  readonly door: HookDoor
  readonly wake: WakeHook
  readonly agent: AgentHook
  readonly transforms: HookTransforms
  /** Absolute; where modules lie when `hooks.transformsDir` names no place. */
  readonly defaultTransformsDir: string
  readonly secrets: Pick<Secrets, 'equal' | 'hmac'>
  readonly clock: Clock
  readonly log: Log
}

/** A request whose body has been read. */
interface HookRequest {
  readonly visit: HookVisit
  readonly bytes: Uint8Array
  readonly payload: unknown
  readonly mapping: HookMapping | undefined
}

/** Answers webhooks, by the configuration in force when they come. */
export class Hooks {
  readonly #parts: HooksParts
  readonly #deliveries: HookDeliveries

  constructor(parts: HooksParts) {
    this.#parts = parts
    this.#deliveries = new HookDeliveries(parts.clock)
  }

  /** Where webhooks are answered: `/hooks`, without a slash at its end; null = nowhere. */
  get basePath(): string | null {
    const { enabled, path } = this.#parts.live.config.hooks
    const base = `/${withoutSlashes(path)}`
    return enabled && base !== '/' ? base : null
  }

  get maxBodyBytes(): number {
    return sizeBytes(this.#parts.live.config.hooks.maxBodyBytes)
  }

  /** @param token that the request shows; null when it shows none */
  knock(visit: HookVisit, token: string | null): HookVerdict {
    return this.#parts.door.judge(visit, token)
  }

  /**
   * Does what a webhook asks for. Nothing of the body counts before its signature was checked, where there has to be one.
   * @param by how it was let in
   * @param payload what the bytes say, as JSON
   */
  async receive(
    visit: HookVisit,
    {
      by,
      bytes,
      payload,
    }: { readonly by: 'token' | 'signature'; readonly bytes: Uint8Array; readonly payload: unknown },
  ): Promise<HookAnswer> {
    const { path } = visit
    const { hooks } = this.#parts.live.config
    const isBuiltIn = path === 'wake' || path === 'agent'
    const mapping = isBuiltIn ? undefined : findMapping(mappingsOf(hooks), { path, payload })
    const request = { visit, bytes, payload, mapping }
    const proof = this.#proofOf(request, by)
    if (proof === null) return this.#parts.door.refuse(visit, 'signature_mismatch')
    this.#parts.door.passed(visit)
    if (!isBuiltIn && mapping === undefined) return { kind: 'unmapped' }
    const deliveryId = deliveryIdIn(Object.fromEntries(visit.peer.headers))
    if (deliveryId === null) return { kind: 'refused', error: 'the delivery id must be 1 to 255 printable characters' }
    const key = this.#deliveryKey(path, deliveryId, proof)
    return this.#deliveries.once(key, () => this.#answer(request, key))
  }

  /** The signature that was checked, empty when there had to be none; null when the request does not prove itself. */
  #proofOf({ visit, bytes, mapping }: HookRequest, by: 'token' | 'signature'): string | null {
    const { live, secrets } = this.#parts
    const rules = signatureRules(live.config.hooks.signature, mapping)
    if (rules === null) return by === 'token' ? '' : null
    if (by === 'signature' && !rules.replacesToken) return null
    const given = signatureIn(visit.peer.headers.get(rules.header), rules.prefix)
    return given !== null && secrets.equal(given, secrets.hmac(rules.secret, bytes)) ? given : null
  }

  /** Signed requests that do not say which delivery they are count as one when they are the same on the same day. */
  #deliveryKey(path: string, deliveryId: string | undefined, signature: string): string | null {
    if (deliveryId !== undefined) return `${path}\n${deliveryId}`
    if (signature === '') return null
    const day = new Date(this.#parts.clock.now()).toISOString().slice(0, 10)
    return `${path}\n${day}\n${signature}`
  }

  async #answer({ visit, payload, mapping }: HookRequest, deliveryKey: string | null): Promise<HookAnswer> {
    const { path } = visit
    if (mapping !== undefined) return this.#mapped(mapping, { visit, payload }, deliveryKey)
    if (path === 'wake') return this.#woken(payload, path)
    const facts = { path, deliveryKey, sessionChosenBy: 'request', isTrusted: false } as const
    return this.#started(payload, facts)
  }

  async #mapped(
    mapping: HookMapping,
    { visit, payload }: Pick<HookRequest, 'visit' | 'payload'>,
    deliveryKey: string | null,
  ): Promise<HookAnswer> {
    const { path, query, peer } = visit
    const source: TemplateSource = { path, query, payload, headers: publicHeaders(peer.headers) }
    const made = await this.#transformed(mapping, source)
    if (made === 'failed') return { kind: 'failed' }
    if (made === null) return { kind: 'skipped' }
    const mapped = mappedFields(mapping, source, made)
    if (mapped === null) {
      this.#parts.log.error('a transform asks for an action there is not', { path, mapping: mapping.id })
      return { kind: 'failed' }
    }
    const isTrusted = mapping.allowUnsafeExternalContent === true
    if (mapped.kind === 'wake')
      return this.#woken(mapped.fields, isTrusted ? null : (mapping.name ?? mapping.id ?? path))
    const { fields, sessionChosenBy } = mapped
    return this.#started(fields, { path, deliveryKey, sessionChosenBy, isTrusted })
  }

  #woken(fields: unknown, source: string | null): Promise<HookAnswer> | HookAnswer {
    const read = readWakeOrder(fields)
    return read.ok ? this.#parts.wake.wake(read.order, source) : { kind: 'refused', error: read.error }
  }

  #started(fields: unknown, facts: Parameters<AgentHook['start']>[1]): Promise<HookAnswer> | HookAnswer {
    const read = readAgentOrder(fields)
    return read.ok ? this.#parts.agent.start(read.order, facts) : { kind: 'refused', error: read.error }
  }

  /** What the transform of a mapping made of the request; `undefined` where it has none or has nothing to say. */
  async #transformed(
    { id, transform }: HookMapping,
    source: TemplateSource,
  ): Promise<Readonly<Record<string, unknown>> | undefined | null | 'failed'> {
    if (transform === undefined) return undefined
    const { live, transforms, defaultTransformsDir, log } = this.#parts
    const { module, export: name } = transform
    const directory = live.config.hooks.transformsDir ?? defaultTransformsDir
    const about = { path: source.path, mapping: id, module }
    try {
      const made = await transforms.apply(
        { directory, module, ...(name === undefined ? {} : { export: name }) },
        source,
      )
      if (made === undefined || made === null) return made
      if (typeof made === 'object' && !Array.isArray(made)) return made as Readonly<Record<string, unknown>>
      log.error('a transform returned no object', about)
      return 'failed'
    } catch (thrown) {
      if (!(thrown instanceof HookTransformFailure)) throw thrown
      log.error('a transform failed', { ...about, code: thrown.code, error: messageOf(thrown), err: thrown.cause })
      return 'failed'
    }
  }
}
