/** Decides all that looks random. The same seed makes the same cases. */
export const seed = Number(process.env.STRESS_SEED ?? 42)

/** When set, only the case with this number is played. */
export const onlyCase = process.env.STRESS_CASE === undefined ? undefined : Number(process.env.STRESS_CASE)
