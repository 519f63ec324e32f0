/** Builds a value when it is first asked for, and keeps it. Schemas cost time that only their users should pay. */
export function lazily<T>(build: () => T): () => T {
  let built: { readonly value: T } | undefined
  return () => {
    built ??= { value: build() }
    return built.value
  }
}
