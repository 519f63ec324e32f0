/** What a stranger tried to get in with. Attempts are counted for each kind on its own. */
export const CREDENTIAL_KINDS = ['shared-secret', 'device-token', 'hooks', 'tailnet'] as const

export type CredentialKind = (typeof CREDENTIAL_KINDS)[number]
