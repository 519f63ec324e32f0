import type { ChannelFactory } from '../../application/ports/channel-factory.js'
import {
  type ChannelPackage,
  ChannelPackageFailure,
  type ChannelPackages,
  type OutsideAccount,
} from '../../application/ports/channel-package.js'
import type { Log } from '../../application/ports/log.js'
import { messageOf } from '../../domain/failure.js'
import { locatePackage, type PackagePlaces } from './locate-package.js'
import { outsideChannel } from './outside-channel.js'
import { readPackage } from './read-package.js'
import { unavailableChannel } from './unavailable-channel.js'

export interface NodeChannelPackagesParts {
  /** Packages and files in the order of the configuration. */
  readonly names: () => readonly string[]
  readonly places: PackagePlaces
  readonly log: Log
}

/** Channels in packages and files, loaded into this process. */
export class NodeChannelPackages implements ChannelPackages {
  readonly #parts: NodeChannelPackagesParts
  readonly #loaded = new Map<string, ChannelPackage>()

  constructor(parts: NodeChannelPackagesParts) {
    this.#parts = parts
  }

  async factoryOf(id: string): Promise<ChannelFactory> {
    try {
      const found = await this.#find(id)
      return (account, surroundings) => {
        const { accountId } = account
        try {
          return outsideChannel(id, accountId, found.create(account as OutsideAccount, surroundings))
        } catch (thrown) {
          return this.#unavailable(id, accountId, thrown)
        }
      }
    } catch (thrown) {
      return (account) => this.#unavailable(id, account.accountId, thrown)
    }
  }

  #unavailable(id: string, accountId: string, thrown: unknown) {
    const problem = messageOf(thrown)
    this.#parts.log.warn('a channel of a package cannot be used', { channel: id, account: accountId, error: problem })
    return unavailableChannel(id, accountId, problem)
  }

  /** A package that is broken stands in nobody's way whose channel another brings. */
  async #find(id: string): Promise<ChannelPackage> {
    const names = this.#parts.names()
    const problems: unknown[] = []
    for (const name of names) {
      try {
        const found = await this.#load(name)
        if (found.id === id) return found
      } catch (thrown) {
        problems.push(thrown)
      }
    }
    if (problems.length > 0) throw problems[0]
    const message = `none of plugins.channels (${names.join(', ')}) brings the channel ${id}`
    throw new ChannelPackageFailure('channel-unknown', message)
  }

  async #load(name: string): Promise<ChannelPackage> {
    const known = this.#loaded.get(name)
    if (known !== undefined) return known
    const address = await locatePackage(name, this.#parts.places)
    const exports = await loadModule(name, address)
    const found = readPackage(name, exports)
    this.#loaded.set(name, found)
    return found
  }
}

async function loadModule(name: string, address: string): Promise<Readonly<Record<string, unknown>>> {
  try {
    return (await import(/* @vite-ignore */ address)) as Readonly<Record<string, unknown>>
  } catch (thrown) {
    throw new ChannelPackageFailure('package-broken', `${name} cannot be loaded: ${messageOf(thrown)}`, thrown)
  }
}
