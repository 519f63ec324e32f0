import assert from 'node:assert/strict'
import type { Supervisor, SupervisorFailure, SupervisorFailureCode } from '../../src/application/ports/supervisor.js'
import type { ServicePlan } from '../../src/domain/service/service-plan.js'
import { type ContractHarness, defineContract } from './kit/contract.js'
import { checkBy } from './kit/proofs.js'
import { requireFailure } from './kit/require-failure.js'
import { SUPERVISOR_GUARANTEES, type SupervisorGuaranteeId } from './supervisor/supervisor-guarantees.js'

/** A supervisor under test on a host without services of ours. */
export interface SupervisorSubject {
  /** The supervisor of one profile's service; null = the default profile. */
  supervisor(profile: string | null): Supervisor
  /** Program and arguments of something that runs until it is stopped, and reports as the supervisor expects it. */
  readonly programArguments: readonly string[]
  /** An existing directory. */
  readonly directory: string
  /** Resolves when the process has died although nobody stopped it. */
  crash?(pid: number): Promise<void>
  dispose(): Promise<void>
}

/** What the own test of a supervisor has to bring. */
export interface SupervisorHarness extends ContractHarness {
  create(): Promise<SupervisorSubject>
  /** There is a supervisor on this host, and it starts processes. Default true. */
  readonly isUsable?: boolean
  /** Whether it joins restarts by itself. */
  readonly joinsRestarts?: boolean
  /** Whether subjects have `crash`. */
  readonly crashes?: boolean
}

const AWKWARD = [
  'plain',
  'two words',
  '"double" and \'single\'',
  '100%',
  // biome-ignore lint/suspicious/noTemplateCurlyInString: what a shell would replace must stay as it is
  '$HOME ${HOME} $$',
  'back\\slash',
  'ü €',
  'a;b',
  ';',
  '#no',
  '%h',
]

const proofs = new Map<SupervisorGuaranteeId, (harness: SupervisorHarness) => Promise<void>>()

prove('V1', async ({ supervisor }) => {
  const it = supervisor(null)
  assert.equal(await it.installed(), null)
  const state = await it.state()
  assert.ok(['stopped', 'unknown'].includes(state.status), `it does not run, seen: ${state.status}`)
  assert.deepEqual([state.pid, state.isEnabled, state.lastExit], [null, false, null])
})

prove('V2', async (subject) => {
  const it = subject.supervisor(null)
  const rendered = it.render(planFor(subject))
  assert.equal(await it.installed(), null, 'rendering wrote a file')
  if (it.kind === 'none') return
  await it.install(planFor(subject), true)
  const installed = await it.installed()
  assert.equal(installed?.text, rendered.text)
  assert.equal(installed?.isEdited, false)
  if (installed?.mode != null) assert.equal(installed.mode.toString(8), '600', 'nobody else reads it')
})

prove('V3', async (subject) => {
  const it = subject.supervisor(null)
  const environment = Object.fromEntries(AWKWARD.map((value, index) => [`VALUE_${index}`, value]))
  const plan = {
    ...planFor(subject, environment),
    programArguments: ['/opt/a b/node', '/opt/100%/mayros.js', 'gateway', ...AWKWARD],
    workingDirectory: '/srv/my gateway/100%',
  }
  const read = it.kind === 'none' ? it.render(plan) : await installedBy(it, plan)
  assert.deepEqual(read.programArguments, plan.programArguments)
  assert.equal(read.workingDirectory, plan.workingDirectory)
  assert.deepEqual(read.environment, plan.environment)
  assert.equal(read.version, '1.2.3')
})

prove('V4', async (subject) => {
  const it = subject.supervisor(null)
  await it.install(planFor(subject), true)
  const first = await it.installed()
  await it.install(planFor(subject), true)
  assert.deepEqual(await it.installed(), first)
  const state = await it.state()
  assert.deepEqual([state.status, state.isEnabled], ['stopped', true])
  await it.start()
  const { pid } = await it.state()
  await it.install(planFor(subject), true)
  assert.equal((await it.state()).pid, pid, 'a running service goes on')
})

prove('V5', async (subject) => {
  const it = await started(subject)
  const first = await it.state()
  assert.equal(first.status, 'running')
  assert.ok((first.pid ?? 0) > 0, 'a running service has a pid')
  await it.start()
  assert.equal((await it.state()).pid, first.pid)
})

prove('V6', async (subject) => {
  const it = await started(subject)
  assert.equal(await it.stop(), true, 'it ran')
  const state = await it.state()
  assert.deepEqual([state.status, state.pid, state.isEnabled], ['stopped', null, true])
  assert.equal(await it.stop(), false, 'it did not run any more')
  await it.start()
  assert.equal((await it.state()).status, 'running', 'after a stop it starts again')
})

prove('V7', async (subject) => {
  const it = await started(subject)
  const first = await it.state()
  await it.restart()
  const second = await it.state()
  assert.equal(second.status, 'running')
  assert.notEqual(second.pid, first.pid)
  await it.stop()
  await it.restart()
  assert.equal((await it.state()).status, 'running', 'a stopped service is started')
})

prove('V8', async (subject) => {
  const it = await started(subject)
  const pids = new Set([(await it.state()).pid])
  let isOver = false
  const restarts = Promise.all([it.restart(), subject.supervisor(null).restart(), it.restart()]).finally(() => {
    isOver = true
  })
  while (!isOver) pids.add((await it.state()).pid)
  await restarts
  pids.add((await it.state()).pid)
  pids.delete(null)
  assert.equal(pids.size, 2, `one process before and one after, seen: ${[...pids].join(', ')}`)
})

prove('V9', async (subject) => {
  const it = await started(subject)
  const { pid } = await it.state()
  await subject.crash?.(pid ?? 0)
  for (let look = 0; look < 600; look += 1) {
    const state = await it.state()
    if (state.status === 'running' && state.pid !== null && state.pid !== pid) return
    assert.notEqual(state.status, 'stopped', 'it is not meant to be down')
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  assert.fail('it was not started anew within 30 s')
})

prove('V10', async (subject) => {
  const it = await started(subject)
  assert.equal(await it.uninstall(), true, 'there was a service')
  assert.equal(await it.installed(), null)
  const state = await it.state()
  assert.deepEqual([state.status, state.pid, state.isEnabled, state.isLoaded], ['stopped', null, false, false])
  assert.equal(await it.uninstall(), false, 'there was nothing any more')
})

prove('V11', async ({ supervisor }) => {
  const it = supervisor(null)
  for (const call of [() => it.start(), () => it.restart()]) {
    const failure = await failureOf(call(), 'service-missing')
    assert.ok(failure.hints.length > 0, 'it says what to do')
  }
})

prove('V12', async (subject) => {
  const it = subject.supervisor(null)
  for (const plan of [
    planFor(subject, { EVIL: 'a\nExecStartPre=/bin/evil' }),
    { ...planFor(subject), programArguments: ['/usr/bin/node', 'a\r\nb'] },
    { ...planFor(subject), workingDirectory: '/srv\n[Service]' },
  ]) {
    await failureOf(
      Promise.resolve().then(() => it.install(plan, true)),
      'service-unwritable',
    )
  }
  assert.equal(await it.installed(), null)
})

prove('V13', async (subject) => {
  const [mine, rescue] = [await started(subject), subject.supervisor('rescue')]
  assert.equal(await rescue.installed(), null)
  await rescue.install({ ...planFor(subject), profile: 'rescue' }, true)
  await rescue.start()
  const pid = (await mine.state()).pid
  assert.notEqual((await rescue.state()).pid, pid)
  const neighbours = await mine.neighbours()
  assert.deepEqual(
    neighbours.map(({ name, profile }) => ({ name, profile })),
    [{ name: rescue.name, profile: 'rescue' }],
  )
  assert.equal(await rescue.uninstall(), true)
  assert.equal((await mine.state()).pid, pid)
  assert.notEqual(await mine.installed(), null)
})

prove('V14', async (subject) => {
  const it = subject.supervisor(null)
  const reason = await it.unavailable()
  assert.equal(reason?.code, 'supervisor-unavailable')
  for (const call of [() => it.install(planFor(subject), true), () => it.start(), () => it.restart()]) {
    const failure = await failureOf(call(), 'supervisor-unavailable')
    assert.ok(failure.hints.length > 0, 'it says what to do')
  }
  assert.deepEqual([await it.stop(), await it.uninstall(), await it.neighbours()], [false, false, []])
})

function planFor(
  { programArguments, directory }: SupervisorSubject,
  environment: Record<string, string> = {},
): ServicePlan {
  return {
    profile: null,
    version: '1.2.3',
    programArguments,
    workingDirectory: directory,
    environment: { PATH: process.env.PATH ?? '/usr/bin:/bin', ...environment },
    logDirectory: directory,
    user: null,
  }
}

async function installedBy(supervisor: Supervisor, plan: ServicePlan) {
  await supervisor.install(plan, true)
  const installed = await supervisor.installed()
  assert.ok(installed !== null, 'it is installed')
  return installed
}

async function started(subject: SupervisorSubject): Promise<Supervisor> {
  const supervisor = subject.supervisor(null)
  await supervisor.install(planFor(subject), true)
  await supervisor.start()
  return supervisor
}

async function failureOf(call: Promise<unknown>, code: SupervisorFailureCode): Promise<SupervisorFailure> {
  const thrown = await call.then(
    () => undefined,
    (failure: unknown) => failure,
  )
  const failure = requireFailure<SupervisorFailure>(thrown, 'SupervisorFailure', `this (${code})`)
  assert.equal(failure.code, code)
  assert.ok(failure.message.length > 0)
  return failure
}

function prove(id: SupervisorGuaranteeId, body: (subject: SupervisorSubject) => Promise<void>): void {
  proofs.set(id, async (harness) => {
    const subject = await harness.create()
    try {
      await body(subject)
    } finally {
      await subject.dispose()
    }
  })
}

/** Holds a supervisor to everything the port promises. */
export const supervisorContract = defineContract<SupervisorHarness>({
  port: 'supervisor',
  guarantees: SUPERVISOR_GUARANTEES,
  members: ['create'],
  check: checkBy(proofs),
  unfit: ({ isUsable = true, joinsRestarts = true, crashes = true }) => {
    const unusable = isUsable ? undefined : 'it is a host without a service manager'
    const usable = isUsable ? 'it has a service manager' : undefined
    return {
      V4: unusable,
      V5: unusable,
      V6: unusable,
      V7: unusable,
      V8: unusable ?? (joinsRestarts ? undefined : 'the gateway itself joins restarts here'),
      V9: unusable ?? (crashes ? undefined : 'nothing can crash here'),
      V10: unusable,
      V11: unusable,
      V12: unusable,
      V13: unusable,
      V14: usable,
    }
  },
})
