import { z } from 'zod'
import { lazily } from '../lazily.js'
import { ne } from '../words.js'

export const describeMethodParams = lazily(() => z.strictObject({ method: ne() }))
