import type { ConfigEdit } from '../ports/config-source.js'
import type { ServiceRepair } from '../service/mend-service.js'
import type { DoctorFacts } from './doctor-facts.js'

/** What can be done about a finding. */
export type Repair =
  | { readonly kind: 'rights'; readonly path: string; readonly mode: number }
  | { readonly kind: 'config'; readonly edits: readonly ConfigEdit[] }
  | { readonly kind: 'token' }
  | { readonly kind: 'directory'; readonly path: string }
  | { readonly kind: 'remove'; readonly path: string }
  | { readonly kind: 'service'; readonly action: ServiceRepair }

/** What one check has found. */
export interface DoctorComplaint {
  readonly severity: 'warn' | 'error'
  /** One line: what is, and what should be; never a secret. */
  readonly message: string
  /** More lines, such as a diff. */
  readonly detail?: string
  /** What to type or change, where no repair does it. */
  readonly fix?: string
  readonly repair?: Repair
}

/** One thing the doctor looks at. */
export interface DoctorCheck {
  /** Stable, dotted: programs rely on it. */
  readonly id: string
  /** What it is about, in a few words. */
  readonly title: string
  /** Empty when all is well; null when it could not be looked at, with the reason in `skipped`. */
  find(facts: DoctorFacts): readonly DoctorComplaint[] | { readonly skipped: string }
}

export type DoctorStatus = 'ok' | 'warn' | 'error' | 'fixed' | 'skipped'

/** What the doctor says about one thing. */
export interface DoctorResult {
  readonly id: string
  readonly status: DoctorStatus
  readonly message: string
  readonly detail: string | null
  readonly fix: string | null
  /** Not made yet, or impossible. */
  readonly repair: Repair | null
}
