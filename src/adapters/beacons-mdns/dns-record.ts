/** A record of DNS as it is encoded, of the kinds that make a beacon. */
export type DnsRecord =
  | (Head & { readonly type: 'PTR' | 'A' | 'AAAA'; readonly data: string })
  | (Head & { readonly type: 'SRV'; readonly data: ServiceData })
  | (Head & { readonly type: 'TXT'; readonly data: readonly (string | Uint8Array)[] })

interface Head {
  readonly name: string
  /** In seconds; 0 takes the record back. */
  readonly ttl: number
  /** Whether what others said under this name is void (RFC 6762, 10.2). */
  readonly flush?: boolean
}

export interface ServiceData {
  readonly port: number
  readonly target: string
  readonly priority?: number
  readonly weight?: number
}

export interface DnsQuestion {
  readonly name: string
  readonly type: DnsRecord['type'] | 'ANY'
}

/** What comes in: of strangers, so there may be other kinds of records among them. */
export interface DnsPacket {
  readonly id: number
  readonly questions: readonly DnsQuestion[]
  readonly answers: readonly DnsRecord[]
  readonly additionals: readonly DnsRecord[]
}

/** What to answer and what to add unasked, because it is asked next. */
export interface DnsAnswer {
  readonly answers: readonly DnsRecord[]
  readonly additionals: readonly DnsRecord[]
  /** Of a resolver that wants to see its question again. */
  readonly id?: number
  readonly questions?: readonly DnsQuestion[]
}
