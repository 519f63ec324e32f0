import { join } from 'node:path'
import { CronerCalendar } from '../../adapters/calendar-croner/croner-calendar.js'
import { FileDocument } from '../../adapters/document-file/file-document.js'
import { FetchWebPosts } from '../../adapters/web-posts-fetch/fetch-web-posts.js'
import { CronBook } from '../../application/cron/cron-book.js'
import { CronDesk } from '../../application/cron/cron-desk.js'
import { CronHistory } from '../../application/cron/cron-history.js'
import { CronScheduler } from '../../application/cron/cron-scheduler.js'
import { JobRuns } from '../../application/cron/job-runs.js'
import { TellResult } from '../../application/cron/tell-result.js'
import { cronMethods } from '../../application/methods/cron-methods.js'
import { durationMs } from '../../domain/config/duration.js'
import { environmentSwitches } from '../../domain/config/environment-switches.js'
import type { Module } from '../bindings.js'
import { tokens } from '../tokens.js'

/** Work by the clock. */
export const cron: Module = (bindings) => {
  bindings.factory(tokens.calendar, () => new CronerCalendar(), [])
  bindings.factory(tokens.webPosts, () => new FetchWebPosts(), [])
  bindings.factory(
    tokens.cronJobsDocument,
    (live, { stateDir }) => new FileDocument(join(live.config.cron.store ?? join(stateDir, 'cron'), 'jobs.json')),
    [tokens.live, tokens.system],
  )
  bindings.factory(
    tokens.cronRunsDocument,
    (live, { stateDir }) => new FileDocument(join(live.config.cron.store ?? join(stateDir, 'cron'), 'runs.json')),
    [tokens.live, tokens.system],
  )
  bindings.factory(tokens.cronBook, (document, log) => new CronBook({ document, log: log.child('cron') }), [
    tokens.cronJobsDocument,
    tokens.log,
  ])
  bindings.factory(
    tokens.cronHistory,
    (document, clock, log) => new CronHistory({ document, clock, log: log.child('cron') }),
    [tokens.cronRunsDocument, tokens.clock, tokens.log],
  )
  bindings.factory(
    tokens.jobRuns,
    (desk, heartbeats, systemEvents, store, agents, space) =>
      new JobRuns({ desk, heartbeats, systemEvents, store, agents, space }),
    [tokens.desk, tokens.heartbeats, tokens.systemEvents, tokens.store, tokens.agents, tokens.keySpace],
  )
  bindings.factory(
    tokens.tellResult,
    (sending, posts, live, store, systemEvents, clock) =>
      new TellResult({
        sending,
        posts,
        webhookToken: () => live.config.cron.webhookToken,
        store,
        systemEvents,
        clock,
      }),
    [tokens.sendMessage, tokens.webPosts, tokens.live, tokens.store, tokens.systemEvents, tokens.clock],
  )
  bindings.factory(
    tokens.cronScheduler,
    (book, history, runs, telling, calendar, store, broadcast, live, environment, clock, log) =>
      new CronScheduler({
        book,
        history,
        runs,
        telling,
        nextFit: (expr, tz, afterMs) => calendar.next(expr, tz, afterMs),
        store,
        broadcast,
        isOn: () => live.config.cron.enabled && !environmentSwitches(environment).skipCron,
        retentionMs: () => {
          const { sessionRetention } = live.config.cron
          return sessionRetention === false ? null : durationMs(sessionRetention, 'h')
        },
        clock,
        log: log.child('cron'),
      }),
    [
      tokens.cronBook,
      tokens.cronHistory,
      tokens.jobRuns,
      tokens.tellResult,
      tokens.calendar,
      tokens.store,
      tokens.broadcast,
      tokens.live,
      tokens.environment,
      tokens.clock,
      tokens.log,
    ],
  )
  bindings.factory(
    tokens.cronDesk,
    (
      book,
      history,
      scheduler,
      jobs,
      calendar,
      agents,
      models,
      space,
      wire,
      broadcast,
      live,
      environment,
      clock,
      ids,
      log,
      reference,
    ) =>
      reference.use(
        new CronDesk({
          book,
          history,
          scheduler,
          jobs,
          calendar,
          agents,
          models,
          space,
          wire,
          broadcast,
          offReason: () => {
            if (environmentSwitches(environment).skipCron) return 'MAYROS_SKIP_CRON'
            return live.config.cron.enabled ? null : 'cron.enabled'
          },
          clock,
          ids,
          log: log.child('cron'),
        }),
      ),
    [
      tokens.cronBook,
      tokens.cronHistory,
      tokens.cronScheduler,
      tokens.jobRuns,
      tokens.calendar,
      tokens.agents,
      tokens.runModels,
      tokens.keySpace,
      tokens.wire,
      tokens.broadcast,
      tokens.live,
      tokens.environment,
      tokens.clock,
      tokens.ids,
      tokens.log,
      tokens.cronReference,
    ],
  )
  bindings.factory(tokens.cronArea, (desk, clock) => cronMethods(desk, clock), [tokens.cronDesk, tokens.clock])
}
