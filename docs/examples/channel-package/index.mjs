/*
 * A channel for Mayros Gateway whose network is a directory. A program writes `<directory>/in/<name>.json`:
 *   { "from": "ann", "text": "hello" }
 * and finds answers as `<directory>/out/<number>-<person>.json`. A file in `in` is removed when its message has been
 * taken, so nothing is lost when the gateway or this machine stops in between.
 */
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

const LOOK_MS = 200

/** What the gateway looks for in a package that is named in `plugins.channels`. */
export const channel = {
  id: 'spool',
  create: (account, surroundings) => new SpoolChannel(account, surroundings),
}

/** Failures carry one of the codes of the port; any Error with such a `code` will do. */
class SpoolFailure extends Error {
  constructor(code, message) {
    super(message)
    this.code = code
  }
}

class SpoolChannel {
  id = 'spool'
  label = 'Spool'
  capabilities = {
    media: { inbound: false, outbound: false },
    typing: false,
    reactions: false,
    edits: false,
    replies: false,
    polls: false,
    threads: false,
    nativeCommands: false,
  }
  textLimit = { max: 10_000, unit: 'utf16', lineBreaks: true }
  #account
  #clock
  #receiver = null
  #timer = null
  #looking = Promise.resolve()
  #isConnected = false
  #lastError
  #sent = 0

  constructor(account, { clock }) {
    this.accountId = account.accountId
    this.#account = account
    this.#clock = clock
  }

  /** Resolves when the account is trying; what goes wrong is told by `status`. */
  async start(receiver) {
    if (this.#receiver !== null || this.#directory === undefined) return receiver.changed()
    this.#receiver = receiver
    this.#look()
    receiver.changed()
  }

  /** Resolves when nothing more is received or sent. */
  async stop() {
    this.#receiver = null
    this.#isConnected = false
    this.#timer?.cancel()
    await this.#looking
  }

  status() {
    const configured = this.#directory !== undefined
    const problem = configured ? this.#lastError : 'set channels.spool.directory'
    return {
      accountId: this.accountId,
      enabled: this.#account.enabled,
      configured,
      running: this.#receiver !== null,
      connected: this.#isConnected,
      ...(problem === undefined ? {} : { lastError: problem }),
    }
  }

  async probe() {
    try {
      const isDirectory = (await stat(this.#directory ?? '')).isDirectory()
      return isDirectory ? { ok: true, latencyMs: 0 } : { ok: false, latencyMs: 0, error: 'it is no directory' }
    } catch (thrown) {
      return { ok: false, latencyMs: 0, error: `the directory cannot be used: ${thrown.code}` }
    }
  }

  async send({ place, text, id = `${this.#clock.now()}-${(this.#sent += 1)}` }, signal) {
    if (signal.aborted || !this.#isConnected) throw new SpoolFailure('network', 'the directory is not there')
    const name = `${id.replaceAll(/[^\w-]/g, '_')}-${place.chatId}.json`
    const path = join(this.#directory, 'out', name)
    try {
      // Whoever reads the directory never sees half a message.
      await writeFile(`${path}.part`, JSON.stringify({ to: place.chatId, text }))
      await rename(`${path}.part`, path)
    } catch (thrown) {
      throw new SpoolFailure('network', `it could not be written: ${thrown.code}`)
    }
    return { messageId: name }
  }

  /** `ann` and `user:ann` are a person. */
  placeOf(target) {
    const [, chatId] = /^(?:user:)?([\w-]+)$/.exec(target.trim()) ?? []
    return chatId === undefined ? null : { kind: 'direct', chatId }
  }

  isSender(entry, sender) {
    return entry === sender.id
  }

  get #directory() {
    return this.#account.directory
  }

  #look() {
    this.#looking = this.#readAll().then(
      () => this.#tell(true, undefined),
      (thrown) => this.#tell(false, `the directory cannot be read: ${thrown.code ?? thrown.message}`),
    )
    void this.#looking.then(() => {
      if (this.#receiver !== null) this.#timer = this.#clock.after(LOOK_MS, () => this.#look())
    })
  }

  #tell(isConnected, problem) {
    if (this.#receiver === null) return
    const isNews = isConnected !== this.#isConnected || problem !== this.#lastError
    this.#isConnected = isConnected
    this.#lastError = problem
    if (isNews) this.#receiver.changed()
  }

  async #readAll() {
    const inbox = join(this.#directory, 'in')
    await mkdir(inbox, { recursive: true })
    await mkdir(join(this.#directory, 'out'), { recursive: true })
    const names = (await readdir(inbox)).filter((name) => name.endsWith('.json')).sort()
    for (const name of names) {
      if (this.#receiver === null) return
      const { from, text } = JSON.parse(await readFile(join(inbox, name), 'utf8'))
      const { mtimeMs } = await stat(join(inbox, name))
      // The name and its time are the same however often the file is read, so that the gateway knows it again.
      await this.#receiver.received({
        messageId: `${name}@${Math.round(mtimeMs)}`,
        place: { kind: 'direct', chatId: from },
        sender: { id: from },
        text,
        sentAt: Math.round(mtimeMs),
        mention: 'none',
      })
      await rm(join(inbox, name))
    }
  }
}
