/** Version of this program; the build writes it in. */
export const VERSION: string = process.env.MAYROS_BUILD_VERSION ?? '0.0.0-source'
