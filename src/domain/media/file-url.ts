/** A URL that may be asked for, or why it may not. */
export type FileUrl =
  | { readonly url: URL }
  | { readonly refusal: 'remote-url' | 'remote-host'; readonly message: string }

/**
 * Judges a URL by what can be read in it: http or https, no credentials, a host of the list (empty = all). What it
 * points at is judged by whoever connects.
 * @param from what a relative URL is relative to
 */
export function fileUrl(text: string, hosts: readonly string[], from?: URL): FileUrl {
  const url = URL.canParse(text, from?.href) ? new URL(text, from?.href) : null
  if (url === null || !/^https?:$/.test(url.protocol) || url.hostname === '') {
    return { refusal: 'remote-url', message: 'Only http and https URLs can be fetched.' }
  }
  if (url.username !== '' || url.password !== '') {
    return { refusal: 'remote-url', message: 'URLs with credentials in them are not fetched.' }
  }
  if (hosts.length > 0 && !hosts.some((pattern) => isHost(url.hostname, pattern))) {
    return { refusal: 'remote-host', message: `${url.hostname} is not among the hosts that files are fetched from.` }
  }
  return { url }
}

/** `*.example.com` means everything below example.com, but not itself. */
function isHost(host: string, pattern: string): boolean {
  const name = host.toLowerCase().replace(/\.$/, '')
  const wanted = pattern.trim().toLowerCase()
  return wanted.startsWith('*.') ? name.endsWith(wanted.slice(1)) && name.length > wanted.length - 1 : name === wanted
}
