import type { Token } from './token.js'

/** Tokens for each parameter of a factory, in order. */
export type Needs<Parts extends readonly unknown[]> = { readonly [Index in keyof Parts]: Token<Parts[Index]> }

/**
 * Says what stands for what. A later binding of the same token replaces the earlier one, so whoever brings a part of
 * their own binds it after the standard modules.
 */
export interface Bindings {
  /** This very value. */
  constant<T>(token: Token<T>, value: T): void
  /** Made once per instance, when it is first needed. Making must not touch the world: no file, socket or timer. */
  factory<T, Parts extends readonly unknown[]>(token: Token<T>, make: (...parts: Parts) => T, needs: Needs<Parts>): void
}

/** A group of bindings that belong together. */
export type Module = (bindings: Bindings) => void
