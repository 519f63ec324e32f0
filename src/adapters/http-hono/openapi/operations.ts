import { AUTH_ANSWERS, anyObject, FLAG, json, object, plain, TEXT } from './answers.js'
import type { Endpoint } from './endpoint.js'

const readiness = object({ ready: FLAG, checks: anyObject }, 'checks')

/** What watches over a gateway. */
export const operations: readonly Endpoint[] = [
  {
    method: 'get',
    path: '/healthz',
    id: 'healthz',
    area: 'Operations',
    summary: 'Whether the process is alive',
    auth: 'none',
    answers: { 200: json('It is.', object({ ok: FLAG, version: TEXT })) },
  },
  {
    method: 'get',
    path: '/readyz',
    id: 'readyz',
    area: 'Operations',
    summary: 'Whether the gateway can serve',
    description: 'What it was judged by is told on this machine, and to those who show a secret.',
    auth: 'none',
    answers: { 200: json('It can.', readiness), 503: json('It cannot; see Retry-After.', readiness) },
  },
  {
    method: 'get',
    path: '/metrics',
    id: 'metrics',
    area: 'Operations',
    summary: 'Figures for Prometheus',
    auth: 'gateway-unless-local',
    answers: { 200: plain('In the text format of Prometheus.'), ...AUTH_ANSWERS, 404: plain('They are turned off.') },
  },
  {
    method: 'get',
    path: '/openapi.json',
    id: 'openapi',
    area: 'Operations',
    summary: 'This document',
    auth: 'none',
    answers: { 200: json('An OpenAPI document.', anyObject) },
  },
]
