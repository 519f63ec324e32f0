import type { Guarantee } from '../kit/guarantee.js'

const NETWORK = '`network` in the subjects, and `hasNetwork` in the harness'

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
  N17: {
    promise: 'capabilities and textLimit never change, and what they claim can be called',
    because: 'the gateway decides by them what it does, and never asks for what is not there',
  },
  N18: {
    promise: 'what somebody writes reaches the receiver once, with an id, its place, its sender and its words',
    because: 'everything else is built on knowing who said what, and where',
    needs: NETWORK,
  },
  N19: {
    promise: 'messages of one chat arrive in the order they were written',
    because: 'an answer to the second must not be given before the first',
    needs: NETWORK,
  },
  N20: {
    promise:
      'what the receiver could not keep is offered again under the same id, and nothing of that chat overtakes it',
    because: 'a full disk must not lose what people wrote',
    needs: NETWORK,
  },
  N21: {
    promise: 'when send has resolved the network has the message, with its words',
    because: 'an answer counts as delivered from then on',
    needs: NETWORK,
  },
  N22: {
    promise: 'sending without a connection is refused with a ChannelFailure, and nothing is shown later',
    because: 'whoever is refused tries again, and people would read it twice',
    needs: NETWORK,
  },
  N23: {
    promise: 'sending with an aborted signal is refused, and nothing is shown',
    because: 'an answer that was stopped must stay unsaid',
    needs: NETWORK,
  },
  N24: {
    promise: 'after stop nothing is received',
    because: 'another start would take it a second time',
    needs: NETWORK,
  },
  N25: {
    promise: 'a connection that breaks is told by the status, and comes back by itself when the network does',
    because: 'nobody watches a gateway at night',
    needs: NETWORK,
  },
  N26: {
    promise: 'a target as people write it is read as the place where that person is reached, and nonsense as none',
    because: 'people name chats on the command line',
    needs: NETWORK,
  },
  N27: {
    promise: 'an entry of an allow-list means the sender whose id it is, and nobody else',
    because: 'that list is the door',
    needs: NETWORK,
  },
} as const satisfies Record<string, Guarantee>

/** A guarantee by its number. */
export type ChannelGuaranteeId = keyof typeof CHANNEL_GUARANTEES
