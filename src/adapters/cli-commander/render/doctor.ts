import type { DoctorResult } from '../../../application/doctor/finding.js'
import { plural, table } from './words.js'

const SHOWN = ['error', 'warn', 'fixed'] as const

/** What was found, the gravest first; what is well is only counted. */
export function doctorLines(results: readonly DoctorResult[], home: string): string[] {
  const told = SHOWN.flatMap((status) => results.filter((result) => result.status === status))
  const short = (text: string) => text.replaceAll(`${home}/`, '~/')
  const well = results.filter(({ status }) => status === 'ok').length
  const rows = table([
    ...told.map(({ status, id, message, fix }) => [
      status,
      id,
      short(message),
      fix === null ? '' : `fix: ${short(fix)}`,
    ]),
    ...(well === 0 && told.length > 0 ? [] : [['ok', plural(well, told.length === 0 ? 'check' : 'more check')]]),
  ])
  const lines = rows.flatMap((row, index) => [row, ...detailOf(told[index]?.detail ?? null)])
  const { errors, warnings, fixed } = summaryOf(results)
  const canMend = told.some(({ repair }) => repair !== null)
  return [
    ...lines,
    ...(told.length === 0
      ? []
      : [
          `${plural(errors, 'error')}, ${plural(warnings, 'warning')}${fixed === 0 ? '' : `, ${fixed} fixed`}${canMend ? '. Repair: mayros doctor --fix' : ''}`,
        ]),
  ]
}

export function doctorDocument(results: readonly DoctorResult[]): Record<string, unknown> {
  const summary = summaryOf(results)
  return {
    ok: summary.errors === 0,
    summary,
    checks: results.map(({ id, status, message, detail, fix }) => ({
      id,
      status,
      message,
      detail,
      fix,
      fixed: status === 'fixed',
    })),
  }
}

function summaryOf(results: readonly DoctorResult[]) {
  const count = (status: DoctorResult['status']) => results.filter((result) => result.status === status).length
  return { errors: count('error'), warnings: count('warn'), fixed: count('fixed') }
}

function detailOf(detail: string | null): readonly string[] {
  return detail === null ? [] : detail.split('\n').map((line) => `       ${line}`)
}
