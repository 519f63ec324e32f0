import { type Context, Hono } from 'hono'
import type { StaticFile, StaticFiles } from '../../../application/ports/static-files.js'
import { type Asset, compressedTwin } from '../compressed-twin.js'
import type { HttpEnv } from '../http-env.js'
import type { GuardedFacts } from '../http-facts.js'
import { placedPage } from '../placed-page.js'
import { isAsset, uiTarget } from '../ui-target.js'
import { readOnly } from './read-only.js'

const INDEX = ['index.html'] as const

/** What builds name after its contents (`assets/chat-Cw3x0a_9.js`) is never another file under the same name. */
const CONTENT_NAMED = /-[\w-]{8}\.[a-z0-9]+$/
const FOR_EVER = 'public, max-age=31536000, immutable'

/** Scripts and styles come from us alone and talk to gateways alone; no other page may frame ours. */
const POLICY = [
  "default-src 'none'",
  "base-uri 'none'",
  "object-src 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data: blob:",
  "media-src 'self' data: blob:",
  "font-src 'self'",
  "connect-src 'self' ws: wss:",
  "worker-src 'self'",
  "manifest-src 'self'",
].join('; ')

/** The files of the Control UI. Public: they hold nothing, and the socket they open authenticates. */
export function controlUi(facts: GuardedFacts): Hono<HttpEnv> {
  const app = new Hono<HttpEnv>()
  app.all('*', async (context, next) => {
    const { isEnabled, basePath, root } = facts.controlUi()
    if (!isEnabled) return context.notFound()
    const { pathname, search } = new URL(context.req.url)
    const target = uiTarget(pathname, basePath)
    if (target.kind === 'nothing') return context.notFound()
    if (context.req.method !== 'GET' && context.req.method !== 'HEAD') return readOnly(context, next)
    context.header('X-Frame-Options', 'DENY')
    context.header('Content-Security-Policy', POLICY)
    context.header('Cache-Control', 'no-cache')
    if (target.kind === 'mount') return context.redirect(`${basePath}/${search}`, 302)
    return answer(context, facts.files, { root, basePath }, target.names)
  })
  return app
}

async function answer(
  context: Context<HttpEnv>,
  files: StaticFiles,
  { root, basePath }: { readonly root: string | undefined; readonly basePath: string },
  names: readonly string[],
): Promise<Response> {
  if (root === undefined) return absent(context)
  const asked = names.length === 0 ? null : await files.open(root, names)
  if (asked !== null) return sendBest(context, files, { root, names, file: asked }, basePath)
  if (isAsset(names)) return context.notFound()
  const index = await files.open(root, INDEX)
  return index === null ? absent(context) : sendBest(context, files, { root, names: INDEX, file: index }, basePath)
}

async function sendBest(
  context: Context<HttpEnv>,
  files: StaticFiles,
  asset: Asset,
  basePath: string,
): Promise<Response> {
  const { names, file } = asset
  context.header('Vary', 'Accept-Encoding', { append: true })
  if (names.length === 2 && names[0] === 'assets' && CONTENT_NAMED.test(names[1] ?? '')) {
    context.header('Cache-Control', FOR_EVER)
  }
  const twin = await compressedTwin(files, asset, context.req.header('accept-encoding'))
  if (twin === null) return send(context, names.join() === INDEX.join() ? await placedPage(file, basePath) : file)
  context.header('Content-Encoding', twin.coding)
  return send(context, twin.file)
}

function absent(context: Context<HttpEnv>): Response {
  return context.text('Control UI assets not found', 503)
}

async function send(context: Context<HttpEnv>, file: StaticFile): Promise<Response> {
  context.header('ETag', file.etag)
  const isKnown = isMatch(context.req.header('if-none-match'), file.etag)
  if (isKnown || context.req.method === 'HEAD') await file.body.cancel()
  if (isKnown) return context.body(null, 304)
  context.header('Content-Type', file.type)
  context.header('Content-Length', String(file.size))
  return context.req.method === 'HEAD' ? context.body(null) : context.body(file.body)
}

/** Whether the client holds what it would be sent. */
function isMatch(header: string | undefined, etag: string): boolean {
  if (header === undefined) return false
  return header.split(',').some((given) => ['*', etag, `W/${etag}`].includes(given.trim()))
}
