import type { ConfigEdit } from '../ports/config-source.js'
import type { SecurityFacts } from './security-facts.js'

export type Severity = 'critical' | 'warn' | 'info'

/** A repair that can lock nobody out and reveals nothing: the only kind that is made unasked. */
export type Repair =
  | { readonly kind: 'rights'; readonly path: string; readonly mode: number }
  | { readonly kind: 'config'; readonly edit: ConfigEdit }

/** What one check has found. */
export interface Complaint {
  readonly severity: Severity
  /** What was seen, with names and numbers; never a secret. */
  readonly detail: string
  /** Key of the configuration it is about. */
  readonly key?: string
  /** Where the usual advice does not fit. */
  readonly remediation?: string
  readonly repairs?: readonly Repair[]
}

/** One thing the audit looks at. */
export interface SecurityCheck {
  /** Stable, dotted: programs rely on it. */
  readonly id: string
  /** The gravest it can be. */
  readonly worst: Severity
  /** The finding in a few words. */
  readonly title: string
  /** What to do about it. */
  readonly remediation: string
  /** Empty when all is well. */
  find(facts: SecurityFacts): readonly Complaint[]
}

/** What the audit says about one thing. */
export interface SecurityFinding {
  readonly checkId: string
  readonly severity: Severity
  readonly title: string
  readonly detail: string
  readonly remediation: string
  readonly key?: string
  readonly repairs: readonly Repair[]
}
