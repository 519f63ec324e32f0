import { BEACON_TYPE, type Beacon } from '../../domain/discovery/beacon.js'
import { isSameName } from './answer-to.js'
import type { DnsQuestion, DnsRecord } from './dns-record.js'

/** More than this of one kind is no network, it is somebody who wants to fill memory. */
const MOST = 256

interface Service {
  readonly host: string
  readonly port: number
}

/** What was heard of beacons, and what is still to be asked. */
export class SeenRecords {
  readonly #instances = new Map<string, string>()
  readonly #services = new Map<string, Service>()
  readonly #texts = new Map<string, Readonly<Record<string, string>>>()
  readonly #addresses = new Map<string, Set<string>>()

  /** Takes in what somebody told. Records of other services are passed over. */
  take(answers: readonly DnsRecord[]): void {
    for (const answer of answers) {
      if (answer.type === 'PTR') this.#pointer(answer.name, answer.data, answer.ttl)
      else if (answer.type === 'SRV') keep(this.#services, answer.name, serviceOf(answer.data))
      else if (answer.type === 'TXT') keep(this.#texts, answer.name, textsOf(answer.data))
      else if (answer.type === 'A' || answer.type === 'AAAA') this.#address(answer.name, answer.data)
    }
  }

  /** Questions whose answers are missing to tell of every instance where it is. */
  get open(): DnsQuestion[] {
    return [...this.#instances.keys()].flatMap((key): DnsQuestion[] => {
      const service = this.#services.get(key)
      if (service === undefined) return [{ name: key, type: 'ANY' }]
      return this.#addresses.has(service.host.toLowerCase()) ? [] : [{ name: service.host, type: 'ANY' }]
    })
  }

  /** Those of whom it is known where they are. */
  get beacons(): readonly Beacon[] {
    const found = [...this.#instances].flatMap(([key, instance]): Beacon[] => {
      const service = this.#services.get(key)
      if (service === undefined) return []
      const addresses = [...(this.#addresses.get(service.host.toLowerCase()) ?? [])]
      const name = instance.slice(0, -BEACON_TYPE.length - 1)
      return [{ name, ...service, addresses, texts: this.#texts.get(key) ?? {} }]
    })
    return found.sort((one, other) => (one.name < other.name ? -1 : 1))
  }

  #pointer(name: string, instance: string, ttl: number): void {
    if (!isSameName(name, BEACON_TYPE) || !instance.toLowerCase().endsWith(`.${BEACON_TYPE}`)) return
    if (ttl === 0) this.#instances.delete(instance.toLowerCase())
    else keep(this.#instances, instance, instance)
  }

  #address(name: string, address: string): void {
    const known = this.#addresses.get(name.toLowerCase()) ?? new Set<string>()
    if (known.size < MOST) known.add(address)
    keep(this.#addresses, name, known)
  }
}

function keep<Value>(map: Map<string, Value>, name: string, value: Value): void {
  const key = name.toLowerCase()
  if (map.has(key) || map.size < MOST) map.set(key, value)
}

function serviceOf(data: { readonly port: number; readonly target: string }): Service {
  return { host: data.target, port: data.port }
}

/** The first of several of one key counts; a text without `=` says only that its key is there (RFC 6763, 6.4). */
function textsOf(data: unknown): Readonly<Record<string, string>> {
  const texts: Record<string, string> = Object.create(null)
  for (const part of Array.isArray(data) ? data : [data]) {
    const text = String(part)
    const end = text.indexOf('=')
    const key = end === -1 ? text : text.slice(0, end)
    if (key !== '' && texts[key] === undefined) texts[key] = end === -1 ? '' : text.slice(end + 1)
  }
  return { ...texts }
}
