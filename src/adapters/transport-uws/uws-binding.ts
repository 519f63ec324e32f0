import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { messageOf } from '../../domain/failure.js'
import type { NativeEngine } from './uws-native.js'

/** A native engine that loaded. */
export interface UwsEngine {
  /** `uws 20.57`; for logs and `doctor`. */
  readonly name: string
  readonly version: string
  /**
   * True for v20.30: it lets large unfragmented headers through and drops malformed requests without an answer,
   * so it must not face a network.
   */
  readonly isLoopbackOnly: boolean
  readonly native: NativeEngine
}

/** Why one engine package is not used, in a few words for people. */
export interface UwsRefusal {
  readonly engine: string
  readonly reason: string
}

/** The best engine of this machine, and why better ones were refused. */
export interface UwsBinding {
  readonly engine: UwsEngine | undefined
  readonly refusals: readonly UwsRefusal[]
}

/** How one package is found and loaded. Throws what the module system throws. */
export interface UwsCandidate {
  readonly packageName: string
  /** What it is called when it cannot tell its version. */
  readonly title: string
  readonly isLoopbackOnly: boolean
  load(require: NodeJS.Require): { readonly native: NativeEngine; readonly version: string }
}

/** Header bytes a request may have; browsers on loopback send the cookies of every other local program too. */
export const MAX_HEAD_BYTES = 16 * 1024

const candidates: readonly UwsCandidate[] = [
  {
    packageName: 'uWebSockets.js',
    title: 'uws 20.57',
    isLoopbackOnly: false,
    load(require) {
      const entry = require.resolve('uWebSockets.js')
      return { native: require(entry), version: versionIn(dirname(entry)) }
    },
  },
  {
    packageName: 'uws-compat',
    title: 'uws 20.30',
    isLoopbackOnly: true,
    load(require) {
      // Never the package's own entry: it falls back to another implementation and prints to the console.
      const root = dirname(require.resolve('uws-compat/package.json'))
      const { platform, arch, versions } = process
      return {
        native: require(join(root, 'binaries', `uws_${platform}_${arch}_${versions.modules}.node`)),
        version: versionIn(root),
      }
    },
  },
]

let loaded: UwsBinding | undefined

/** Loads the first engine that works here. The answer is kept: a native module loads once per process. */
export function loadUws(): UwsBinding {
  loaded ??= firstThatLoads(candidates, createRequire(import.meta.url))
  return loaded
}

/** Tries the candidates in order and remembers why each one before the winner was refused. */
export function firstThatLoads(from: readonly UwsCandidate[], require: NodeJS.Require): UwsBinding {
  // The engine reads it once, when it loads.
  process.env.UWS_HTTP_MAX_HEADERS_SIZE ??= String(MAX_HEAD_BYTES)
  const refusals: UwsRefusal[] = []
  for (const candidate of from) {
    try {
      const { native, version } = candidate.load(require)
      const engine = { name: engineName(version), version, isLoopbackOnly: candidate.isLoopbackOnly, native }
      return { engine, refusals }
    } catch (thrown) {
      refusals.push({ engine: candidate.title, reason: reasonOf(thrown, candidate.packageName) })
    }
  }
  return { engine: undefined, refusals }
}

function engineName(version: string): string {
  return `uws ${version.split('.', 2).join('.')}`
}

function versionIn(root: string): string {
  const manifest: unknown = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  if (typeof manifest === 'object' && manifest !== null && 'version' in manifest) return String(manifest.version)
  return 'unknown'
}

function reasonOf(thrown: unknown, packageName: string): string {
  const message = messageOf(thrown)
  const neededGlibc = /GLIBC_([\d.]+)' not found/.exec(message)?.[1]
  if (neededGlibc !== undefined) return `needs glibc ${neededGlibc}, found ${installedGlibc()}`
  if (isMissing(message, packageName)) return 'not installed'
  if (/Cannot find module .*\.node'/.test(message)) {
    return `no binary for Node.js ${process.versions.node} on ${process.platform} ${process.arch}`
  }
  if (/ld-linux|ld-musl|libc\.so|libc\.musl/.test(message)) return 'needs glibc, found another C library'
  return message.split('\n', 1)[0] ?? message
}

function isMissing(message: string, packageName: string): boolean {
  return (
    message.includes(`Cannot find module '${packageName}`) || message.includes(`Cannot find package '${packageName}`)
  )
}

function installedGlibc(): string {
  const report: unknown = process.report.getReport()
  if (typeof report !== 'object' || report === null || !('header' in report)) return 'none'
  const { header } = report
  if (typeof header !== 'object' || header === null || !('glibcVersionRuntime' in header)) return 'none'
  return String(header.glibcVersionRuntime)
}
