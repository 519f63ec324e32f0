import { spawn } from 'node:child_process'

/** A browser that can be started is started by then. */
const PATIENCE_MS = 1_500

/** Shows an address in the browser of whoever sits here; false when nobody does, or no browser could be started. */
export function openBrowser(
  url: string,
  variables: Readonly<Record<string, string | undefined>> = process.env,
): Promise<boolean> {
  const opener = openerOf(variables)
  if (opener === null) return Promise.resolve(false)
  return new Promise((resolve) => {
    const child = spawn(opener, [url], { stdio: 'ignore', detached: true })
    const patience = setTimeout(() => resolve(true), PATIENCE_MS)
    const settle = (isOpen: boolean) => {
      clearTimeout(patience)
      resolve(isOpen)
    }
    child.once('error', () => settle(false))
    child.once('exit', (code) => settle(code === 0))
    child.unref()
  })
}

function openerOf(variables: Readonly<Record<string, string | undefined>>): string | null {
  const { BROWSER, DISPLAY, WAYLAND_DISPLAY } = variables
  if (BROWSER) return BROWSER
  if (process.platform === 'darwin') return 'open'
  return DISPLAY || WAYLAND_DISPLAY ? 'xdg-open' : null
}
