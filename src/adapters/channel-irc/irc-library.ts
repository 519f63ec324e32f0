import type { Client, IrcLine } from 'irc-framework'

/** The library as it is loaded: it takes a while, so only accounts that run pay for it. */
export interface IrcLibrary {
  readonly Client: new () => Client
  readonly ircLineParser: (line: string) => IrcLine
}

export async function loadIrcLibrary(): Promise<IrcLibrary> {
  const loaded: { readonly default?: IrcLibrary } & IrcLibrary = await import('irc-framework')
  return loaded.default ?? loaded
}
