import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import json5 from 'json5'

/** Shorter ones could stand anywhere by accident. */
const SHORTEST = 8
const SECRET_KEYS = /^(?:token|password|apiKey)$/i
const SECRET_VARIABLES = /_(?:TOKEN|PASSWORD|API_KEY)$/
const SECRET_FLAGS = ['--token', '--password']

/** The secrets that are used in one home, and a look at everything that must not hold any of them. */
export class SecretsOfHome {
  readonly #home: string
  readonly #secrets = new Set<string>()

  constructor(home: string) {
    this.#home = home
  }

  add(...secrets: readonly (string | undefined)[]): void {
    for (const secret of secrets) if (secret !== undefined && secret.length >= SHORTEST) this.#secrets.add(secret)
  }

  addFromCommand(args: readonly string[], env: Readonly<Record<string, string>>): void {
    args.forEach((arg, at) => {
      if (SECRET_FLAGS.includes(arg)) this.add(args[at + 1])
    })
    for (const [name, value] of Object.entries(env)) if (SECRET_VARIABLES.test(name)) this.add(value)
  }

  /** Of a configuration: a value, or its very text. What nobody can read holds nothing that anybody could use. */
  addFromConfig(config: object | string): void {
    this.#collect(typeof config === 'string' ? parsed(config) : config)
  }

  /** Fails when one of the secrets can be read in a log, in the record, or in what programs said on a console. */
  requireUnseen(consoles: readonly string[]): void {
    for (const path of filesBelow(this.#home))
      if (/\.json5?$/.test(path)) this.addFromConfig(readFileSync(path, 'utf8'))
    const logs = filesBelow(this.#home).filter((path) => path.includes('/logs/'))
    const said = [
      ...logs.map((path) => [path, readFileSync(path, 'utf8')]),
      ...consoles.map((text) => ['a console', text]),
    ]
    for (const [place = '', text = ''] of said) {
      const line = text.split('\n').find((one) => [...this.#secrets].some((secret) => one.includes(secret)))
      if (line !== undefined) throw new Error(`a secret of this journey can be read in ${place}: ${line.slice(0, 500)}`)
    }
  }

  #collect(value: unknown): void {
    if (typeof value !== 'object' || value === null) return
    for (const [key, member] of Object.entries(value)) {
      if (SECRET_KEYS.test(key) && typeof member === 'string' && !member.startsWith('${')) this.add(member)
      else this.#collect(member)
    }
  }
}

function filesBelow(directory: string): readonly string[] {
  if (!existsSync(directory)) return []
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
}

function parsed(text: string): unknown {
  try {
    return json5.parse(text)
  } catch (thrown) {
    if (thrown instanceof SyntaxError) return null
    throw thrown
  }
}
