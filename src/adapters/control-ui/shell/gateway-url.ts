/** Where the gateway is that served this page: the same host, under the same path, so that proxies find it. */
export function gatewayUrl({ protocol, host }: Pick<Location, 'protocol' | 'host'>, basePath: string): string {
  return `${protocol === 'https:' ? 'wss' : 'ws'}://${host}${basePath}/`
}
