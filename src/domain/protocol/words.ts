import { z } from 'zod'

/* The words parameter schemas are made of. */

/** A non-empty string. */
export const ne = () => z.string().min(1)

/** A whole number from `min` up, to `max` when given. */
export const whole = (min: number, max?: number) => (max === undefined ? z.int().min(min) : z.int().min(min).max(max))
