/** An Ed25519 key pair that tells one browser from another. */
export interface DeviceIdentity {
  /** Lower-case hex SHA-256 of the raw public key. */
  readonly deviceId: string
  /** Raw 32 byte public key, unpadded base64url. */
  readonly publicKey: string
  /** Signature over the UTF-8 bytes of `payload`, unpadded base64url. */
  sign(payload: string): Promise<string>
}
