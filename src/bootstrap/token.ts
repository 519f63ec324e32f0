declare const means: unique symbol

/** Names a part of the gateway; `T` is the interface that whoever stands for it must have. */
export type Token<T> = symbol & { readonly [means]?: T }

/** Makes a new name. */
export function token<T>(name: string): Token<T> {
  return Symbol(name) as Token<T>
}
