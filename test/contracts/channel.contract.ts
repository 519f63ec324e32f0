import assert from 'node:assert/strict'
import type { ChannelAccountStatus } from '../../src/application/ports/channel.js'
import { CHANNEL_GUARANTEES, type ChannelGuaranteeId } from './channel/channel-guarantees.js'
import {
  type ChannelHarness,
  type ChannelSituation,
  type ChannelSubject,
  on,
  started,
  stopped,
  told,
} from './channel/channel-harness.js'
import { messageProofs } from './channel/message-proofs.js'
import { defineContract } from './kit/contract.js'

export type { ChannelHarness, ChannelNetwork, ChannelSituation, ChannelSubject } from './channel/channel-harness.js'

import { checkBy } from './kit/proofs.js'
import { until, within } from './kit/waiting.js'

const proofs = new Map<ChannelGuaranteeId, (harness: ChannelHarness) => Promise<void>>()

prove('N1', 'working', async ({ channel }) => {
  const seen = () => [channel.id, channel.label, channel.accountId]
  const before = seen()
  assert.ok(
    before.every((word) => typeof word === 'string' && word !== ''),
    `id, label and accountId must be words, seen: ${before.join(', ')}`,
  )
  assert.equal(channel.accountId, 'main', 'the account is the one that was asked for')
  await started(channel)
  await channel.stop()
  assert.deepEqual(seen(), before, 'they changed between start and stop')
})

prove('N2', 'silent', async ({ channel }) => {
  const statuses = [channel.status()]
  await started(channel)
  statuses.push(channel.status())
  await channel.stop()
  statuses.push(channel.status())
  for (const status of statuses) {
    assert.ok(!(status instanceof Promise), 'status must answer without a promise')
    assert.equal(status.accountId, 'main', 'a status tells its own account')
    for (const claim of ['enabled', 'configured', 'running', 'connected'] as const) {
      assert.equal(typeof status[claim], 'boolean', `${claim} must be true or false`)
    }
  }
})

prove('N3', 'working', async (subject) => {
  assertAtRest(subject, 'before start')
})

prove('N4', 'working', async ({ channel }) => {
  await started(channel)
  assert.equal(channel.status().running, true, 'when start has resolved, running must be true')
  await until(
    'connected to become true',
    () => channel.status().connected,
    () => told(channel),
  )
  assert.equal(channel.status().configured, true, 'an account that connects is configured')
})

prove('N5', 'silent', async ({ channel }) => {
  await started(channel)
  const { running, connected } = channel.status()
  assert.deepEqual({ running, connected }, { running: true, connected: false })
})

prove('N6', 'unreachable', async ({ channel }) => {
  await started(channel)
  await until(
    'lastError to say why',
    () => (channel.status().lastError ?? '') !== '',
    () => told(channel),
  )
  const { running, connected } = channel.status()
  assert.deepEqual({ running, connected }, { running: true, connected: false })
})

prove('N7', 'unconfigured', async ({ channel }) => {
  assert.equal(channel.status().configured, false, 'before start')
  await started(channel)
  const { configured, running, connected } = channel.status()
  assert.deepEqual({ configured, running, connected }, { configured: false, running: false, connected: false })
})

proofs.set('N8', async (harness) => {
  for (const situation of ['working', 'unreachable'] as const) {
    await on(harness, situation, 'main', async ({ channel }) => {
      await started(channel)
      const shown: unknown[] = [channel.status(), await within('a probe', channel.probe(new AbortController().signal))]
      if (situation === 'unreachable') await until('lastError', () => (channel.status().lastError ?? '') !== '')
      shown.push(channel.status())
      const text = JSON.stringify(shown)
      for (const secret of harness.secrets ?? []) {
        assert.ok(!text.includes(secret), `a credential is shown while the network is ${situation}`)
      }
    })
  }
})

prove('N9', 'working', async ({ channel }) => {
  await started(channel)
  await until(
    'connected to become true',
    () => channel.status().connected,
    () => told(channel),
  )
  const probe = await within('a probe', channel.probe(new AbortController().signal))
  assert.equal(probe.ok, true, `the probe should be ok, seen: ${JSON.stringify(probe)}`)
  assert.ok(Number.isFinite(probe.latencyMs) && probe.latencyMs >= 0, `${probe.latencyMs} is no time in milliseconds`)
})

prove('N10', 'unreachable', async ({ channel }) => {
  await started(channel)
  const probe = await within('a probe', channel.probe(new AbortController().signal))
  assert.equal(probe.ok, false, 'a probe of a network that refuses must not be ok')
  assert.ok((probe.error ?? '') !== '', 'a probe that is not ok says why')
})

prove('N11', 'silent', async ({ channel }) => {
  await started(channel)
  const leaving = new AbortController()
  const probe = channel.probe(leaving.signal)
  leaving.abort()
  const found = await within('a probe to end after its signal aborted', Promise.allSettled([probe]))
  assert.notEqual(found[0].status === 'fulfilled' && found[0].value.ok, true, 'a probe nobody answered was ok')
  await within('a probe whose signal is aborted', Promise.allSettled([channel.probe(AbortSignal.abort())]))
})

prove('N12', 'working', async (subject) => {
  await started(subject.channel)
  await until(
    'connected to become true',
    () => subject.channel.status().connected,
    () => told(subject.channel),
  )
  await stopped(subject.channel)
  await until('everything to be let go', () => subject.isIdle())
  assertAtRest(subject, 'after stop')
})

prove('N13', 'silent', async (subject) => {
  await started(subject.channel)
  await stopped(subject.channel)
  await until('everything to be let go', () => subject.isIdle())
  assertAtRest(subject, 'after stop')
})

prove('N14', 'working', async (subject) => {
  const { channel } = subject
  await stopped(channel)
  await Promise.all([started(channel), started(channel)])
  await until(
    'connected to become true',
    () => channel.status().connected,
    () => told(channel),
  )
  await Promise.all([stopped(channel), stopped(channel)])
  await stopped(channel)
  await until('everything to be let go', () => subject.isIdle())
  assertAtRest(subject, 'after stopping three times')
})

prove('N15', 'working', async ({ channel }) => {
  for (let round = 1; round <= 3; round += 1) {
    await started(channel)
    await until(
      `connected to become true in round ${round}`,
      () => channel.status().connected,
      () => told(channel),
    )
    await stopped(channel)
  }
})

proofs.set('N16', async (harness) => {
  await on(harness, 'working', 'one', (one) =>
    on(harness, 'working', 'two', async (two) => {
      await Promise.all([started(one.channel), started(two.channel)])
      await until('both to connect', () => one.channel.status().connected && two.channel.status().connected)
      await stopped(one.channel)
      await until('one to be let go', () => one.isIdle())
      const { running, connected } = two.channel.status()
      assert.deepEqual({ running, connected }, { running: true, connected: true }, 'the other account')
    }),
  )
})

/** What cannot be seen without people on the network. */
const unprovable = Object.fromEntries(
  [...messageProofs.keys()].map((id) => [id, 'the harness has no `network` (`hasNetwork`)']),
)

/** Holds a channel to everything the port promises. */
export const channelContract = defineContract<ChannelHarness>({
  port: 'channel',
  guarantees: CHANNEL_GUARANTEES,
  members: ['create'],
  check: checkBy(new Map([...proofs, ...messageProofs])),
  unfit: ({ secrets = [], hasNetwork = false }) => ({
    ...(secrets.length === 0 ? { N8: 'the harness names no `secrets`' } : {}),
    ...(hasNetwork ? {} : unprovable),
  }),
})

function prove(
  id: ChannelGuaranteeId,
  situation: ChannelSituation,
  body: (subject: ChannelSubject) => Promise<void>,
): void {
  proofs.set(id, (harness) => on(harness, situation, 'main', body))
}

function assertAtRest({ channel, isIdle }: ChannelSubject, when: string): void {
  const { running, connected }: ChannelAccountStatus = channel.status()
  assert.deepEqual({ running, connected }, { running: false, connected: false }, when)
  assert.ok(isIdle(), `${when} a connection or a timer is held`)
}
