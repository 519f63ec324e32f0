import type { SessionEntry } from './session-entry.js'
import { kindOfKey } from './session-key.js'

/** What a row tells as the index has it; absent fields stay absent. */
const COPIED = [
  'label',
  'displayName',
  'channel',
  'subject',
  'groupChannel',
  'space',
  'chatType',
  'origin',
  'updatedAt',
  'sessionId',
  'systemSent',
  'abortedLastRun',
  'thinkingLevel',
  'verboseLevel',
  'reasoningLevel',
  'elevatedLevel',
  'sendPolicy',
  'responseUsage',
  'inputTokens',
  'outputTokens',
  'totalTokens',
  'contextTokens',
  'deliveryContext',
  'lastChannel',
  'lastTo',
  'lastAccountId',
] as const satisfies readonly (keyof SessionEntry)[]

/** What transcripts add to a row when somebody asks for it. */
export interface Glimpse {
  readonly derivedTitle?: string
  readonly lastMessagePreview?: string
}

/**
 * A row of `sessions.list`. Token counters leave the index when they no longer tell the truth, so a total that is
 * there is fresh.
 * @param model what would answer the next message of this session
 */
export function sessionRow(
  entry: SessionEntry,
  model: { readonly provider: string; readonly model: string },
  glimpse: Glimpse = {},
): Readonly<Record<string, unknown>> {
  const row: Record<string, unknown> = { key: entry.key, kind: kindOfKey(entry.key, entry.chatType) }
  for (const field of COPIED) if (entry[field] !== undefined) row[field] = entry[field]
  row.totalTokensFresh = entry.totalTokens !== undefined
  row.modelProvider = model.provider
  row.model = model.model
  if (glimpse.derivedTitle !== undefined) row.derivedTitle = glimpse.derivedTitle
  if (glimpse.lastMessagePreview !== undefined) row.lastMessagePreview = glimpse.lastMessagePreview
  return row
}

/** An entry as `sessions.patch` and `sessions.reset` return it: the model that answered last has its wire names. */
export function entryView(entry: SessionEntry): Readonly<Record<string, unknown>> {
  const { lastModel, lastProvider, ...rest } = entry
  return {
    ...rest,
    ...(lastProvider === undefined ? {} : { modelProvider: lastProvider }),
    ...(lastModel === undefined ? {} : { model: lastModel }),
  }
}
