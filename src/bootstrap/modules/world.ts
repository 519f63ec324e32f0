import { SystemClock } from '../../adapters/clock-system/system-clock.js'
import { NodeIds } from '../../adapters/ids-node/node-ids.js'
import { PrometheusMetrics } from '../../adapters/metrics-prometheus/prometheus-metrics.js'
import { NodeSecrets } from '../../adapters/secrets-node/node-secrets.js'
import { JsonWire } from '../../adapters/wire-json/json-wire.js'
import { limits } from '../../domain/protocol/limits.js'
import type { Module } from '../bindings.js'
import { tokens } from '../tokens.js'

/** Time, randomness, keys and the wire format of this machine. */
export const world: Module = (bindings) => {
  bindings.factory(tokens.clock, () => new SystemClock(), [])
  bindings.factory(tokens.ids, () => new NodeIds(), [])
  bindings.factory(tokens.secrets, () => new NodeSecrets(), [])
  bindings.factory(tokens.wire, () => new JsonWire(), [])
  bindings.factory(tokens.metrics, () => new PrometheusMetrics(), [])
  bindings.constant(tokens.environment, process.env)
  bindings.constant(tokens.slowClientLimits, {
    maxBufferedBytes: limits.maxBufferedBytes,
    maxTotalBufferedBytes: limits.maxTotalBufferedBytes,
  })
}
