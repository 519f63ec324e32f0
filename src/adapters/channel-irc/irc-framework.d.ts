/** What is used of irc-framework, which brings no types. */
declare module 'irc-framework' {
  interface IrcLine {
    readonly command: string
    readonly params: readonly string[]
    readonly nick: string
    readonly tags: Readonly<Record<string, string>>
  }

  interface SaidEvent {
    readonly nick: string
    readonly ident: string
    readonly hostname: string
    readonly target: string
    readonly message: string
    readonly from_server?: boolean
    /** Only some members of the channel were addressed: `@#room`. */
    readonly group?: string
    readonly time?: number
    readonly account?: string
    readonly tags: Readonly<Record<string, string>>
    readonly batch?: { readonly type: string }
  }

  interface ClientEvents {
    raw: { readonly line: string; readonly from_server: boolean }
    registered: { readonly nick: string }
    'socket close': Error | false | undefined
    'nick in use': { readonly nick: string; readonly reason: string }
    'nick invalid': { readonly nick: string; readonly reason: string }
    'sasl failed': { readonly reason: string; readonly message?: string }
    loggedin: { readonly account: string }
    privmsg: SaidEvent
    action: SaidEvent
    notice: SaidEvent
    pong: { readonly message?: string }
    nick: { readonly nick: string; readonly new_nick: string }
    quit: { readonly nick: string }
    join: { readonly nick: string; readonly channel?: string }
    part: { readonly nick: string; readonly channel: string }
    kick: { readonly kicked: string; readonly channel: string; readonly message: string }
    invite: { readonly invited: string; readonly channel: string }
  }

  class Client {
    readonly user: { readonly nick: string }
    readonly network: { supports(token: string): unknown }
    requestCap(name: string): void
    connect(options: Readonly<Record<string, unknown>>): void
    on<E extends keyof ClientEvents>(event: E, listener: (happened: ClientEvents[E]) => void): this
    removeAllListeners(): this
    raw(line: string): void
    changeNick(nick: string): void
    quit(message: string): void
  }

  function ircLineParser(line: string): IrcLine
}
