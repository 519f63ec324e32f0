import 'reflect-metadata'
import { Container } from 'inversify'
import type { Module, Needs } from './bindings.js'
import type { Token } from './token.js'

/** Resolves the parts of one instance. */
export interface Parts {
  get<T>(token: Token<T>): T
}

/** Composes modules; of two bindings for one token the later counts. This is the only place that knows the container. */
export function compose(modules: readonly Module[]): Parts {
  const container = new Container({ defaultScope: 'Singleton' })
  const bind = <T>(token: Token<T>) =>
    container.isBound(token) ? container.rebind<T>(token) : container.bind<T>(token)
  const bindings = {
    constant: <T>(token: Token<T>, value: T) => {
      bind(token).toConstantValue(value)
    },
    factory: <T, Arguments extends readonly unknown[]>(
      token: Token<T>,
      make: (...parts: Arguments) => T,
      needs: Needs<Arguments>,
    ) => {
      bind(token).toResolvedValue(make as unknown as (...parts: unknown[]) => T, needs as unknown as symbol[])
    },
  }
  for (const module of modules) module(bindings)
  return { get: (token) => container.get(token) }
}
