/** What this page says about itself, so that people recognise it among the devices. */
export function clientDescription(): {
  readonly id: string
  readonly version: string
  readonly platform: string
  readonly mode: string
  readonly displayName: string
} {
  const agent = navigator.userAgent
  const browser = BROWSERS.find(([, mark]) => mark.test(agent))?.[0] ?? 'Browser'
  const platform = PLATFORMS.find(([, mark]) => mark.test(agent))?.[0] ?? 'unknown'
  return {
    id: 'mayros-control-ui',
    version: __MAYROS_VERSION__,
    platform,
    mode: 'ui',
    displayName: `${browser} on ${platform}`,
  }
}

/* Browsers name their ancestors too, so the order matters. */
const BROWSERS: readonly (readonly [string, RegExp])[] = [
  ['Edge', /Edg\//],
  ['Firefox', /Firefox\//],
  ['Chromium', /Chrom(?:e|ium)\//],
  ['Safari', /Safari\//],
]

const PLATFORMS: readonly (readonly [string, RegExp])[] = [
  ['Android', /Android/],
  ['iOS', /iPhone|iPad/],
  ['macOS', /Mac OS X/],
  ['Windows', /Windows/],
  ['Linux', /Linux/],
]
