import { z } from 'zod'
import { lazily } from '../lazily.js'

/** A ticket is asked for with nothing. */
export const loginTicketParams = lazily(() => z.strictObject({}))
