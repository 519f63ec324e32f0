import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build } from 'esbuild'
import { expect, it } from 'vitest'
import type * as channelModule from '../../../src/adapters/channel-telegram/telegram-channel.js'
import { SystemClock } from '../../../src/adapters/clock-system/system-clock.js'
import { MemoryLog } from '../../../src/adapters/log-memory/memory-log.js'
import { onTelegram, telegramAccount } from '../../doubles/telegram-bot-api/telegram-stage.js'

it('reaches Telegram also when it has been bundled, where classes of the library get other names', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'telegram-'))
  const outfile = join(folder, 'channel.mjs')
  const require =
    "import { createRequire as nodeRequire } from 'node:module'; const require = nodeRequire(import.meta.url);"
  try {
    await build({
      entryPoints: ['src/adapters/channel-telegram/telegram-channel.ts'],
      outfile,
      bundle: true,
      format: 'esm',
      platform: 'node',
      minifySyntax: true,
      banner: { js: require },
      logLevel: 'silent',
    })
    const { TelegramChannel } = (await import(pathToFileURL(outfile).href)) as typeof channelModule
    await onTelegram({}, async ({ telegram }) => {
      const channel = new TelegramChannel(telegramAccount({ botToken: telegram.token, apiRoot: telegram.url }), {
        clock: new SystemClock(),
        log: new MemoryLog(),
        environment: {},
        stateDir: folder,
        random: Math.random,
      })
      expect(await channel.probe(new AbortController().signal)).toMatchObject({ ok: true, self: '@TesterBot' })
    })
  } finally {
    await rm(folder, { recursive: true })
  }
})
