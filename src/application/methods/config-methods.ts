import { jsonSchema } from '../../domain/config/json-schema.js'
import { schemaHints } from '../../domain/config/schema-hints.js'
import {
  type ConfigPreviewParams,
  configEditParams,
  configPreviewParams,
  configRollbackParams,
  configSetParams,
  configWriteParams,
} from '../../domain/protocol/methods/config.js'
import { noParams } from '../../domain/protocol/methods/gateway-state.js'
import { RawJson } from '../../domain/protocol/raw-json.js'
import { invalidRequest } from '../../domain/protocol/refusal.js'
import { configPast, versionDocuments } from '../config/config-past.js'
import { ConfigWrites, type ConfigWritesParts } from '../config/config-writes.js'
import { previewConfig } from '../config/preview-config.js'
import { refusingWrite } from '../config/refusing-write.js'
import { editsOf, mergeOf, versionOf, type WantedConfig } from '../config/wanted-config.js'
import { type MethodRow, method, patient, unadvertised } from '../method-table.js'
import type { ConfigHistory } from '../ports/config-history.js'

export interface ConfigMethodParts extends ConfigWritesParts {
  /** Null where no past is kept: a gateway inside a program. */
  readonly history: ConfigHistory | null
  readonly parseJson5: (text: string) => unknown
}

/** Changing the configuration from afar. Every answer is sent after the write is durable and before any restart. */
export function configMethods(parts: ConfigMethodParts): readonly MethodRow[] {
  const { history, parseJson5 } = parts
  const writes = new ConfigWrites(parts)
  let schema: RawJson | undefined
  return [
    method('config.schema', noParams, () => {
      schema ??= new RawJson(JSON.stringify(schemaAnswer(parts)))
      return schema
    }),
    patient(
      method('config.set', configSetParams, ({ raw, baseHash }, call) =>
        writes.set({ kind: 'whole', raw }, baseHash, call),
      ),
    ),
    patient(
      method('config.apply', configWriteParams, ({ raw, ...following }, call) =>
        writes.apply({ kind: 'whole', raw }, following, call),
      ),
    ),
    patient(
      method('config.patch', configWriteParams, ({ raw, ...following }, call) =>
        writes.apply(mergeOf(raw, parseJson5), following, call),
      ),
    ),
    ...[
      patient(
        method('config.edit', configEditParams, ({ edits, ...following }, call) =>
          writes.apply(editsOf(edits), following, call),
        ),
      ),
      patient(
        method('config.rollback', configRollbackParams, async ({ version, ...following }, call) =>
          writes.apply(await versionOf(version, history), following, call),
        ),
      ),
      method('config.preview', configPreviewParams, async (params) => {
        const wanted = await wantedOf(params, history)
        return previewConfig(parts.source, writes, await writes.guarded(params.baseHash), wanted)
      }),
      method('config.history', noParams, () => historyAnswer(parts)),
      method('config.text', noParams, () => textAnswer(parts)),
    ].map(unadvertised),
  ]
}

function schemaAnswer({ system, clock }: ConfigMethodParts): object {
  const generatedAt = new Date(clock.now()).toISOString()
  const schema = jsonSchema()
  return { schema, uiHints: schemaHints(schema), version: system.version, generatedAt }
}

function wantedOf(params: ConfigPreviewParams, history: ConfigHistory | null): WantedConfig | Promise<WantedConfig> {
  const { raw, edits, version } = params
  if ([raw, edits, version].filter((way) => way !== undefined).length !== 1) {
    throw invalidRequest('config.preview: give exactly one of raw, edits and version')
  }
  if (raw !== undefined) return { kind: 'whole', raw }
  return edits === undefined ? versionOf(version ?? '', history) : editsOf(edits)
}

async function historyAnswer({ source, history }: ConfigMethodParts): Promise<object> {
  const reading = await refusingWrite(source.read())
  const past = history === null ? { current: null, past: [] } : await refusingWrite(configPast(reading, history))
  return { path: reading.path, hash: reading.hash, versions: versionDocuments(past) }
}

/** Also of a file that is not valid, for those who may mend it: what stands in a wrong place may be anything. */
async function textAnswer({ source }: ConfigMethodParts): Promise<object> {
  const { path, hash, redactedRaw } = await refusingWrite(source.read())
  return { path, hash, text: redactedRaw }
}
