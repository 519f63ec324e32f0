import { CONFIG_CHECKS } from './checks/config-checks.js'
import { OUTSIDE_CHECKS } from './checks/outside-checks.js'
import { RUNTIME_CHECKS } from './checks/runtime-checks.js'
import { STATE_CHECKS } from './checks/state-checks.js'
import type { DoctorCheck } from './finding.js'

/** Everything the doctor looks at, in the order it is told. */
export const DOCTOR_CHECKS: readonly DoctorCheck[] = [
  ...CONFIG_CHECKS,
  ...STATE_CHECKS,
  ...RUNTIME_CHECKS,
  ...OUTSIDE_CHECKS,
]
