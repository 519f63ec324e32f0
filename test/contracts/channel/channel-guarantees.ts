import type { Guarantee } from '../kit/guarantee.js'

/** Everything `channelContract` checks, by number. */
export const CHANNEL_GUARANTEES = {
  N1: {
    promise: 'id, label and accountId are there from the beginning and never change',
    because: 'accounts are listed, configured and routed by them',
  },
  N2: {
    promise: 'status answers at once, also before start and after stop, and tells its own account',
    because: 'a list of channels must not wait for any network',
  },
  N3: {
    promise: 'before start nothing runs, nothing is connected and nothing is held',
    because: 'an account that is only configured must not show up anywhere',
  },
  N4: {
    promise: 'start resolves when the account is trying, and connected becomes true when the network answers',
    because: 'operators tell "on its way" from "there"',
  },
  N5: {
    promise: 'start resolves also when the network never answers',
    because: 'one network that is down must not keep a gateway from starting',
  },
  N6: {
    promise: 'a network that refuses is told by lastError, not by an exception, and the account keeps running',
    because: 'networks come back, and the account should be there when they do',
  },
  N7: {
    promise: 'without credentials start resolves, nothing runs, and the status says configured: false',
    because: 'a gateway starts before it is fully configured',
  },
  N8: {
    promise: 'no status and no probe contains a secret',
    because: 'both are shown to every operator',
    needs: '`secrets` in the harness',
  },
  N9: {
    promise: 'a probe of a network that answers is ok and tells how long it took, in milliseconds',
    because: 'it is what people look at when messages are slow',
  },
  N10: {
    promise: 'a probe of a network that refuses is not ok, says why, and does not throw',
    because: 'one broken account must not spoil the list of all',
  },
  N11: {
    promise: 'a probe ends soon when its signal aborts, also when it was aborted already',
    because: 'somebody waits for the answer, and not for ever',
  },
  N12: {
    promise: 'after stop nothing runs, nothing is connected and nothing is held',
    because: 'a restart would leave the account connected twice',
  },
  N13: {
    promise: 'stop ends an attempt that is under way, and the account does not connect later',
    because: 'an account that was switched off must stay silent',
  },
  N14: {
    promise: 'stop before start, stop twice and start twice are harmless',
    because: 'shutdown runs from several causes at once',
  },
  N15: {
    promise: 'a stopped account can be started again',
    because: 'accounts are switched off and on without restarting the gateway',
  },
  N16: {
    promise: 'stopping one account touches no other',
    because: 'people have several accounts on one network',
  },
} as const satisfies Record<string, Guarantee>

/** A guarantee by its number. */
export type ChannelGuaranteeId = keyof typeof CHANNEL_GUARANTEES
