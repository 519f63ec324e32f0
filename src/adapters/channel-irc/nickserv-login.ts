import type { Log } from '../../application/ports/log.js'

/** What is needed to log in with the service. */
export interface NickservAccess {
  readonly service: string
  readonly nick: string
  readonly password: string
  readonly register: boolean
  readonly registerEmail: string | undefined
}

const UNKNOWN_NICK = /(?:not|isn't|is not)\s+(?:a\s+)?registered/iu
const WRONG_PASSWORD = /(?:invalid|incorrect|wrong)\s+password|password\s+(?:is\s+)?(?:incorrect|invalid)/iu
const WELCOME =
  /(?:are\s+now|now)\s+(?:identified|recognized|logged\s+in)|password\s+accepted|(?:has\s+been|now)\s+registered/iu

/** Logs in with the service that keeps nicks, by messages to it: where the server has no login of its own. */
export class NickservLogin {
  readonly #access: NickservAccess
  readonly #say: (target: string, text: string) => void
  readonly #log: Log
  #hasRegistered = false
  #hasAsked = false
  isIdentified = false

  constructor(access: NickservAccess, say: (target: string, text: string) => void, log: Log) {
    this.#access = access
    this.#say = say
    this.#log = log
  }

  /** @param nick the one we have; another than ours has to be named, and ours is asked back */
  logIn(nick: string): void {
    const { service, password, nick: wanted } = this.#access
    this.#hasAsked = true
    if (nick === wanted) {
      this.#say(service, `IDENTIFY ${password}`)
      return
    }
    this.#say(service, `IDENTIFY ${wanted} ${password}`)
    this.#say(service, `REGAIN ${wanted} ${password}`)
  }

  /** Reads what the service says; true when we are logged in by it. */
  heard(text: string): boolean {
    if (!this.#hasAsked || this.isIdentified) return false
    if (UNKNOWN_NICK.test(text)) this.#register()
    else if (WRONG_PASSWORD.test(text)) {
      this.#log.warn(`${this.#access.service} does not accept the password; check channels.irc.nickserv.password`)
    } else if (WELCOME.test(text)) {
      this.isIdentified = true
      return true
    }
    return false
  }

  #register(): void {
    const { service, password, register, registerEmail } = this.#access
    if (!register) {
      this.#log.warn(`${service} does not know the nick; channels.irc.nickserv.register would register it`)
      return
    }
    if (this.#hasRegistered) return
    this.#hasRegistered = true
    this.#say(service, ['REGISTER', password, ...(registerEmail === undefined ? [] : [registerEmail])].join(' '))
  }
}
