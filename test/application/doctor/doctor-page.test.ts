import { readFile } from 'node:fs/promises'
import { expect, it } from 'vitest'
import { DOCTOR_CHECKS } from '../../../src/application/doctor/doctor-checks.js'

it('docs/doctor.md lists every check, in the order of the doctor', async () => {
  const page = await readFile(new URL('../../../docs/doctor.md', import.meta.url), 'utf8')
  const listed = [...page.matchAll(/^\| `([a-z.]+)` \|/gmu)].map(([, id]) => id)
  expect(listed).toEqual(DOCTOR_CHECKS.map(({ id }) => id))
})
