import type { ServiceRepair } from '../service/mend-service.js'
import { DOCTOR_CHECKS } from './doctor-checks.js'
import type { DoctorFacts } from './doctor-facts.js'
import type { DoctorCheck, DoctorComplaint, DoctorResult, Repair } from './finding.js'

/** What the checks say about these facts; one result for each check that is content, one for each complaint. */
export function examine(facts: DoctorFacts, only?: ReadonlySet<string>): readonly DoctorResult[] {
  const checks = only === undefined ? DOCTOR_CHECKS : DOCTOR_CHECKS.filter(({ id }) => only.has(id))
  return checks.flatMap((check) => resultsOf(check, facts))
}

const SERVICE_REPAIRS: Readonly<Record<ServiceRepair, string>> = {
  rewrite: 'rewrite the service file',
  restart: 'restart the service',
  linger: 'have it linger',
}

/** What a repair does, in a few words for operators. */
export function repairText(repair: Repair): string {
  switch (repair.kind) {
    case 'rights':
      return `chmod ${repair.mode.toString(8)} ${repair.path}`
    case 'config':
      return repair.edits
        .map(({ path, value }) => (value === undefined ? `remove ${path.join('.')}` : `set ${path.join('.')}`))
        .join(', ')
    case 'token':
      return 'make a random token'
    case 'directory':
      return `create ${repair.path}`
    case 'remove':
      return `remove ${repair.path}`
    case 'service':
      return SERVICE_REPAIRS[repair.action]
  }
}

function resultsOf(check: DoctorCheck, facts: DoctorFacts): readonly DoctorResult[] {
  const found = check.find(facts)
  if ('skipped' in found) return [quiet(check, 'skipped', found.skipped)]
  if (found.length === 0) return [quiet(check, 'ok', check.title)]
  return found.map((complaint) => told(check, complaint))
}

function quiet({ id }: DoctorCheck, status: 'ok' | 'skipped', message: string): DoctorResult {
  return { id, status, message, detail: null, fix: null, repair: null }
}

function told({ id }: DoctorCheck, { severity, message, detail, fix, repair }: DoctorComplaint): DoctorResult {
  return {
    id,
    status: severity,
    message,
    detail: detail ?? null,
    fix: fix ?? (repair === undefined ? null : repairText(repair)),
    repair: repair ?? null,
  }
}
