/** What stands in place of a secret in everything shown. */
export const REDACTED = '__MAYROS_REDACTED__'
