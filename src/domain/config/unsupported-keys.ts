import type { LocatedProblem } from './explain-issues.js'
import { finding } from './finding.js'
import type { KeyPath } from './key-path.js'

/** Keys that promise isolation. To ignore them would weaken a protection that the operator counts on. */
export function unsupportedKeys(value: unknown): LocatedProblem[] {
  const agents = memberOf(value, 'agents')
  const list = memberOf(agents, 'list')
  const owners: { at: KeyPath; owner: unknown }[] = [
    { at: ['agents', 'defaults'], owner: memberOf(agents, 'defaults') },
    ...(Array.isArray(list) ? list.map((owner: unknown, index) => ({ at: ['agents', 'list', index], owner })) : []),
  ]
  return [
    ...owners.flatMap(({ at, owner }) => [
      ...sandboxProblems([...at, 'sandbox'], memberOf(owner, 'sandbox')),
      ...hostProblems([...at, 'tools'], memberOf(owner, 'tools')),
    ]),
    ...(memberOf(memberOf(value, 'tools'), 'sandbox') === undefined ? [] : [refused(['tools', 'sandbox'])]),
    ...hostProblems(['tools'], memberOf(value, 'tools')),
  ]
}

function sandboxProblems(at: KeyPath, sandbox: unknown): LocatedProblem[] {
  if (sandbox === undefined) return []
  const mode = memberOf(sandbox, 'mode')
  return mode === 'off' || (mode === undefined && isEmpty(sandbox)) ? [] : [refused(at)]
}

function hostProblems(at: KeyPath, tools: unknown): LocatedProblem[] {
  return memberOf(memberOf(tools, 'exec'), 'host') === 'sandbox' ? [refused([...at, 'exec', 'host'])] : []
}

function refused(at: KeyPath): LocatedProblem {
  return finding(at, 'unsupported', 'this version does not isolate what agents run; remove the key to go on without')
}

function isEmpty(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0
}

function memberOf(value: unknown, key: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined
  return (value as Readonly<Record<string, unknown>>)[key]
}
