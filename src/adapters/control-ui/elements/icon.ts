import { html, type TemplateResult } from 'lit'

/** Outlines on a field of 24 by 24. */
const OUTLINES: Readonly<Record<string, string>> = {
  overview: 'M4 13h6V4H4zM14 20h6V4h-6zM4 20h6v-3H4z',
  chat: 'M4 5h16v11H10l-4 4v-4H4z',
  sessions: 'M4 6h16M4 12h16M4 18h10',
  channels: 'M12 20V10M7.5 14.5a6 6 0 0 1 0-9M16.5 5.5a6 6 0 0 1 0 9M12 10a1.5 1.5 0 1 0 0-.01',
  agents: 'M12 4a4 4 0 1 0 .01 0M4.5 20c.6-4 3.6-6 7.5-6s6.900 2 7.500 6',
  config: 'M4 7h9M19 7h1M4 17h1M11 17h9M13 7a3 3 0 1 0 6 0a3 3 0 1 0-6 0M5 17a3 3 0 1 0 6 0a3 3 0 1 0-6 0',
  devices: 'M3 5h12v10H3zM2 19h12M17 9h4v10h-4z',
  approvals: 'M12 3l7 3v5c0 4.500-3 8-7 10c-4-2-7-5.500-7-10V6zM9 12l2 2l4-4',
  logs: 'M6 3h9l4 4v14H6zM9 12h7M9 16h7M9 8h3',
  debug: 'M5 6l5 6l-5 6M12 18h7',
  menu: 'M4 7h16M4 12h16M4 17h16',
  close: 'M6 6l12 12M18 6L6 18',
  copy: 'M9 9h11v11H9zM5 15H4V4h11v1',
  check: 'M5 13l4 4L19 7',
  send: 'M12 19V5M6 11l6-6l6 6',
  stop: 'M7 7h10v10H7z',
  image: 'M4 5h16v14H4zM4 16l5-5l4 4l3-3l4 4M15 9h.01',
  download: 'M12 4v11M7 11l5 5l5-5M5 20h14',
  search: 'M10.500 4a6.500 6.500 0 1 0 .01 0M15.500 15.500L20 20',
  down: 'M6 9l6 6l6-6',
  right: 'M9 6l6 6l-6 6',
  plus: 'M12 5v14M5 12h14',
  edit: 'M4 20h4L19 9l-4-4L4 16z',
  trash: 'M5 7h14M9 7V4h6v3M7 7l1 13h8l1-13',
  refresh: 'M20 11a8 8 0 1 0-2.500 6M20 5v6h-6',
  warning: 'M12 4l9 16H3zM12 10v4M12 17h.01',
  theme: 'M12 4a8 8 0 1 0 0 16zM12 4a8 8 0 0 1 0 16',
  tool: 'M14 7a4 4 0 0 1 5-4l-3 3l2 2l3-3a4 4 0 0 1-5 5l-8 9l-3-3z',
  pause: 'M8 5v14M16 5v14',
  play: 'M7 5l11 7l-11 7z',
  eye: 'M2 12c3-5 6-7 10-7s7 2 10 7c-3 5-6 7-10 7s-7-2-10-7M12 9a3 3 0 1 0 .01 0',
  out: 'M10 4H4v16h6M14 8l4 4l-4 4M18 12H9',
}

/** A picture beside words; who cannot see it misses nothing. */
export function icon(name: string, size = 18): TemplateResult {
  return html`<svg
    width=${size}
    height=${size}
    viewBox="0 0 24 24"
    fill="none"
    stroke="currentColor"
    stroke-width="1.8"
    stroke-linecap="round"
    stroke-linejoin="round"
    aria-hidden="true"
    focusable="false"
  >
    <path d=${OUTLINES[name] ?? ''} />
  </svg>`
}
