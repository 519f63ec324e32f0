import type { MiddlewareHandler } from 'hono'
import type { HttpEnv } from '../http-env.js'
import type { ChannelDoors } from '../http-facts.js'

/** What chat networks send to our address, handed to the account whose path it is; the account proves who sent it. */
export function channelDoors(doors: ChannelDoors): MiddlewareHandler<HttpEnv> {
  return async (context, next) => {
    const channel = doors.at(context.req.path)
    if (channel === null) return next()
    context.set('route', '/channels/*')
    return channel.handle(context.req.raw)
  }
}
