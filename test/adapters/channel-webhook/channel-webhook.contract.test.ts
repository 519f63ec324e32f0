import { describe, it } from 'vitest'
import { channelContract } from '../../contracts/channel.contract.js'
import { WebhookProgram } from '../../doubles/webhook-program.js'
import { signedRequest, webhookChannel } from './webhook-stage.js'

channelContract(
  { describe, it },
  {
    name: 'webhook',
    hasNetwork: true,
    secrets: ['s3cret-of-the-webhook', 'Bearer-of-the-header'],
    create: async (situation, accountId) => {
      const program = await WebhookProgram.open()
      if (situation === 'unreachable') await program.break()
      if (situation === 'silent') program.fallSilent()
      const channel = webhookChannel(
        {
          replyUrl: program.url,
          headers: { authorization: 'Bearer-of-the-header' },
          ...(situation === 'unconfigured' ? {} : { secret: program.secret }),
        },
        { accountId },
      )
      const leaving = new AbortController()
      const waiting: Request[] = []
      let pumping = Promise.resolve()
      let count = 0
      const pump = async () => {
        while (waiting.length > 0 && !leaving.signal.aborted) {
          const { status } = await channel.handle((waiting[0] as Request).clone())
          if (status === 200) waiting.shift()
          else await new Promise((resolve) => setTimeout(resolve, 2))
        }
      }
      return {
        channel,
        isIdle: () => program.connections === 0,
        dispose: async () => {
          leaving.abort()
          await pumping
          await program.break()
        },
        network: {
          write: async (senderId, text) => {
            count += 1
            const message = { id: `m-${count}`, sender: { id: senderId }, text }
            waiting.push(signedRequest(program, message, { path: channel.httpPaths[0] ?? '' }))
            pumping = pumping.then(pump)
          },
          shownTo: (senderId) =>
            program.messages.filter(({ body }) => body.conversation === senderId).map(({ body }) => String(body.text)),
          targetOf: (senderId) => `user:${senderId}`,
          break: () => program.break(),
          mend: () => program.mend(),
        },
      }
    },
  },
)
