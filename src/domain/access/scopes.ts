export type Role = 'operator' | 'node'

export type OperatorScope =
  | 'operator.admin'
  | 'operator.read'
  | 'operator.write'
  | 'operator.approvals'
  | 'operator.pairing'
  | 'operator.talk.secrets'

/** What a method asks of its caller: nothing, the role `node`, or a scope. */
export type MethodScope = 'none' | 'node' | OperatorScope

/** Admin covers everything, write covers read, anything else needs itself. */
export function covers(scopes: ReadonlySet<string>, wanted: OperatorScope): boolean {
  if (scopes.has('operator.admin') || scopes.has(wanted)) return true
  return wanted === 'operator.read' && scopes.has('operator.write')
}

/** Null when the call is allowed, else the sentence that refuses it. */
export function refusalFor(role: Role, scopes: ReadonlySet<string>, wanted: MethodScope): string | null {
  if (wanted === 'none') return null
  if (wanted === 'node') return role === 'node' ? null : `unauthorized role: ${role}`
  if (role === 'node') return `unauthorized role: ${role}`
  return covers(scopes, wanted) ? null : `missing scope: ${wanted}`
}
