import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { NodeChannelPackages } from '../../adapters/channel-package-node/node-channel-packages.js'
import { FileDocument } from '../../adapters/document-file/file-document.js'
import { AccountLedger } from '../../application/channels/account-ledger.js'
import { AccountWatch } from '../../application/channels/accounts/account-watch.js'
import { ChannelAccounts } from '../../application/channels/accounts/channel-accounts.js'
import { ChannelDesk } from '../../application/channels/channel-desk.js'
import { AccountReceiver } from '../../application/channels/inbound/account-receiver.js'
import { AnswerDesk } from '../../application/channels/inbound/answer-desk.js'
import { DispatchMessages } from '../../application/channels/inbound/dispatch-messages.js'
import { GroupContext } from '../../application/channels/inbound/group-context.js'
import { InboundLanes } from '../../application/channels/inbound/inbound-lanes.js'
import { Inbox } from '../../application/channels/inbound/inbox.js'
import { SenderGreeter } from '../../application/channels/inbound/sender-greeter.js'
import type { DeliveryRoute } from '../../application/channels/outbound/courier.js'
import { DeliveryDesk } from '../../application/channels/outbound/delivery-desk.js'
import { MirrorMessage } from '../../application/channels/outbound/mirror-message.js'
import { SendMessage } from '../../application/channels/outbound/send-message.js'
import { OutboxNews } from '../../application/channels/outbox-news.js'
import { sendToChat } from '../../application/channels/send-to-chat.js'
import { SenderNews } from '../../application/channels/sender-news.js'
import { SenderRegistry } from '../../application/channels/sender-registry.js'
import { channelAccountMethods } from '../../application/methods/channel-account-methods.js'
import { deadLetterMethods } from '../../application/methods/dead-letter-methods.js'
import { pairingMethods } from '../../application/methods/pairing-methods.js'
import { sendMethods } from '../../application/methods/send-methods.js'
import type { Channel } from '../../application/ports/channel.js'
import { InjectMessage } from '../../application/sessions/inject-message.js'
import { accountSettingsOf } from '../../domain/channels/inbound/account-settings.js'
import { commandText } from '../../domain/channels/inbound/command-text.js'
import { humanDelayMs } from '../../domain/channels/outbound/human-delay.js'
import type { ChannelKind } from '../../domain/config/channels-section.js'
import type { GatewayConfig } from '../../domain/config/config.js'
import { environmentSwitches } from '../../domain/config/environment-switches.js'
import { accountIdsOf } from '../../domain/config/resolve-channel-account.js'
import { messageOf } from '../../domain/failure.js'
import type { Module } from '../bindings.js'
import { CHANNEL_LOADERS } from '../channel-loaders.js'
import { tokens } from '../tokens.js'

/** Where people talk to their agents. */
export const channels: Module = (bindings) => {
  bindings.constant(tokens.channelLoaders, CHANNEL_LOADERS)
  bindings.factory(
    tokens.senderDocument,
    ({ stateDir }) => new FileDocument(join(stateDir, 'credentials', 'senders.json')),
    [tokens.system],
  )
  bindings.factory(
    tokens.senders,
    (document, clock, ids, trail) => new SenderRegistry({ document, clock, ids, trail }),
    [tokens.senderDocument, tokens.clock, tokens.ids, tokens.trail],
  )
  bindings.factory(tokens.senderNews, (broadcast, clock) => new SenderNews(broadcast, clock), [
    tokens.broadcast,
    tokens.clock,
  ])
  bindings.factory(
    tokens.accountLedger,
    (clock, log, metrics) => new AccountLedger(clock, log.child('channels'), metrics),
    [tokens.clock, tokens.log, tokens.metrics],
  )
  bindings.factory(
    tokens.channelPackages,
    (live, { stateDir, configPath }, log) =>
      new NodeChannelPackages({
        names: () => live.config.plugins.channels,
        places: {
          filesFrom: dirname(configPath),
          packagesFrom: [join(stateDir, 'plugins'), dirname(fileURLToPath(import.meta.url))],
        },
        log: log.child('channels'),
      }),
    [tokens.live, tokens.system, tokens.log],
  )
  bindings.factory(
    tokens.channelAccounts,
    (live, loaders, packages, environment, system, clock, log) =>
      new ChannelAccounts({
        config: () => live.config,
        areSkipped: environmentSwitches(environment).skipChannels,
        loaders,
        outside: (kind) => packages.factoryOf(kind),
        surroundingsOf: (channel, accountId) => ({
          clock,
          log: log.child(`channels/${channel}`),
          environment,
          stateDir: join(system.stateDir, 'channels', channel, accountId),
          random: Math.random,
        }),
        clock,
        log: log.child('channels'),
      }),
    [
      tokens.live,
      tokens.channelLoaders,
      tokens.channelPackages,
      tokens.environment,
      tokens.system,
      tokens.clock,
      tokens.log,
    ],
  )
  bindings.factory(
    tokens.channelFacts,
    (live, accounts, ledger) => (channel, accountId) => {
      const { name, dmPolicy, groupPolicy, allowFrom } = accountSettingsOf(live.config, channel, accountId)
      const traffic = ledger.trafficOf(channel, accountId)
      return { name, dmPolicy, groupPolicy, allowFrom, ...accounts.timesOf(channel, accountId), ...traffic }
    },
    [tokens.live, tokens.channelAccounts, tokens.accountLedger],
  )
  bindings.factory(tokens.channels, (accounts) => accounts.channels, [tokens.channelAccounts])
  bindings.factory(
    tokens.accountWatch,
    (live, accounts, clock, log) =>
      new AccountWatch({
        minutes: () => live.config.gateway.channelHealthCheckMinutes,
        accounts,
        clock,
        log: log.child('channels'),
      }),
    [tokens.live, tokens.channelAccounts, tokens.clock, tokens.log],
  )
  bindings.factory(tokens.outboxNews, () => new OutboxNews(), [])
  bindings.factory(
    tokens.delivery,
    (live, accounts, answers, ledger, store, news, clock, log) => {
      const desk = new DeliveryDesk({
        routeOf: (channel, accountId) => routeTo(accounts.find(channel, accountId), live.config),
        takeOver: (entryId, message, signal) => answers.takeOver(entryId, message, signal),
        store,
        pauseMs: () => humanDelayMs(live.config.agents.defaults.humanDelay, Math.random()),
        random: Math.random,
        clock,
        log: log.child('channels'),
        sent: (channel, accountId) => ledger.sent(channel, accountId),
        gaveUp: ({ channel, accountId, code }) => ledger.gaveUp(channel, accountId, code),
      })
      news.tell((entry) => desk.deliver(entry))
      return desk
    },
    [
      tokens.live,
      tokens.channelAccounts,
      tokens.answerDesk,
      tokens.accountLedger,
      tokens.store,
      tokens.outboxNews,
      tokens.clock,
      tokens.log,
    ],
  )
  bindings.factory(
    tokens.deliver,
    (accounts, delivery) => (message, signal) => sendToChat(message, signal, { accounts, delivery }),
    [tokens.channelAccounts, tokens.delivery],
  )
  bindings.factory(
    tokens.pairingArea,
    (senders, news, delivery) =>
      pairingMethods({
        senders,
        news,
        tell: async ({ channel, accountId, chatId }, text) => {
          try {
            await delivery.sendNow({ channel, accountId, place: { kind: 'direct', chatId }, text })
            return null
          } catch (thrown) {
            return messageOf(thrown)
          }
        },
      }),
    [tokens.senders, tokens.senderNews, tokens.delivery],
  )
  bindings.factory(
    tokens.sendMessage,
    (live, channels, delivery, store, space, broadcast, files, clock, ids, log) => {
      const injecting = new InjectMessage(store, space, broadcast, { clock, ids })
      const mirror = new MirrorMessage({ store, space, injecting, clock, ids })
      const config = () => live.config
      return new SendMessage({ config, channels, delivery, mirror, files, clock, log: log.child('channels') })
    },
    [
      tokens.live,
      tokens.channels,
      tokens.delivery,
      tokens.store,
      tokens.keySpace,
      tokens.broadcast,
      tokens.remoteFiles,
      tokens.clock,
      tokens.ids,
      tokens.log,
    ],
  )
  bindings.factory(
    tokens.sendArea,
    (live, sending, channels, accounts, delivery, store, clock, ids) => {
      const configured = (channel: string) => accountIdsOf(live.config, channel as ChannelKind)
      return [
        ...sendMethods(sending, clock),
        ...channelAccountMethods({ channels, accounts, configured }),
        ...deadLetterMethods({ store, delivery, clock, ids }),
      ]
    },
    [
      tokens.live,
      tokens.sendMessage,
      tokens.channels,
      tokens.channelAccounts,
      tokens.delivery,
      tokens.store,
      tokens.clock,
      tokens.ids,
    ],
  )
  bindings.factory(tokens.inbox, (store, clock) => new Inbox({ store, clock }), [tokens.store, tokens.clock])
  bindings.factory(
    tokens.answerDesk,
    (live, agents, accounts, store, clock, log) =>
      new AnswerDesk({
        config: () => live.config,
        agents,
        channelOf: (channel, accountId) => accounts.find(channel, accountId),
        store,
        clock,
        log: log.child('channels'),
      }),
    [tokens.live, tokens.agents, tokens.channelAccounts, tokens.store, tokens.clock, tokens.log],
  )
  bindings.factory(
    tokens.inboundLanes,
    (live, agents, store, desk, commands, inbox, answers, ledger, accounts, clock, ids, log) => {
      const dispatch = new DispatchMessages({
        config: () => live.config,
        agents,
        store,
        desk,
        commands,
        inbox,
        answers,
        ledger,
        channelOf: (channel, accountId) => accounts.find(channel, accountId),
        clock,
        ids,
        log: log.child('channels'),
      })
      desk.whenEnded((record) => answers.ended(record))
      return new InboundLanes({
        quietMs: (channel) => {
          const { byChannel, debounceMs } = live.config.messages.inbound
          return Object.hasOwn(byChannel, channel) ? (byChannel[channel] ?? debounceMs) : debounceMs
        },
        goesAlone: ({ attachments, files, text, mention }) =>
          attachments !== undefined || files !== undefined || commands.isCommand(commandText(text, mention === 'us')),
        dispatch: (messages) => dispatch.dispatch(messages),
        clock,
      })
    },
    [
      tokens.live,
      tokens.agents,
      tokens.store,
      tokens.desk,
      tokens.commandRuns,
      tokens.inbox,
      tokens.answerDesk,
      tokens.accountLedger,
      tokens.channelAccounts,
      tokens.clock,
      tokens.ids,
      tokens.log,
    ],
  )
  bindings.factory(
    tokens.channelDesk,
    (
      senders,
      news,
      inbox,
      lanes,
      answers,
      delivery,
      accounts,
      given,
      watch,
      ledger,
      live,
      agents,
      commands,
      healthNews,
      clock,
      log,
    ) => {
      const context = new GroupContext()
      const greeter = new SenderGreeter({ senders, news, delivery, log: log.child('channels') })
      return new ChannelDesk({
        senders,
        inbox,
        lanes,
        answers,
        delivery,
        accounts,
        watch,
        given: () => (given === accounts.channels ? [] : given),
        receiverFor: (channel) =>
          new AccountReceiver(channel, {
            config: () => live.config,
            agents,
            senders,
            greeter,
            isCommand: (text) => commands.isCommand(text),
            context,
            inbox,
            taken: (message) => lanes.push(message),
            changed: () => {
              if (channel.status().connected) delivery.accountChanged(channel.id, channel.accountId)
              healthNews.wanted()
            },
            moved: (from, to) => delivery.moved(channel.id, channel.accountId, from, to),
            ledger,
            clock,
          }),
        log: log.child('channels'),
      })
    },
    [
      tokens.senders,
      tokens.senderNews,
      tokens.inbox,
      tokens.inboundLanes,
      tokens.answerDesk,
      tokens.delivery,
      tokens.channelAccounts,
      tokens.channels,
      tokens.accountWatch,
      tokens.accountLedger,
      tokens.live,
      tokens.agents,
      tokens.commandRuns,
      tokens.healthNews,
      tokens.clock,
      tokens.log,
    ],
  )
}

/** An account that runs, with how it wants texts sent. */
function routeTo(channel: Channel | null, config: GatewayConfig): DeliveryRoute | null {
  if (channel === null) return null
  const { textChunkLimit, chunkMode, retry } = accountSettingsOf(config, channel.id, channel.accountId)
  const { attempts = 3, minDelayMs = 400, maxDelayMs = 30_000, jitter = 0.1 } = retry
  return { channel, settings: { textChunkLimit, chunkMode, retry: { attempts, minDelayMs, maxDelayMs, jitter } } }
}
