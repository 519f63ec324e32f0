/*
 * Reads IP addresses. Called by whoever decides by address: proxies, attempts, audit.
 * Promises: pure and quick; foreign text is answered with null or false, never with a throw.
 */
export interface Addresses {
  /**
   * The one way to write an IP literal: IPv4 dotted, IPv6 compressed in lower case, without brackets or zone;
   * IPv4-mapped IPv6 becomes IPv4. Null when the text is no address (a port behind it makes it none).
   */
  normalise(text: string): string | null
  /** What one customer holds: an IPv4 address itself, of IPv6 the /64 (`2001:db8:1:2::/64`). Foreign text as it is. */
  household(address: string): string
  /** Whether an address lies in one of these, each an IP literal or a network in CIDR notation. */
  networks(list: readonly string[]): AddressSet
}

export interface AddressSet {
  readonly isEmpty: boolean
  has(address: string): boolean
}
