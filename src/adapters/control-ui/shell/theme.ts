/** `auto` follows the system. */
export type Theme = 'auto' | 'light' | 'dark'

const NAME = 'mayros-theme'

export function rememberedTheme(): Theme {
  const kept = localStorage.getItem(NAME)
  return kept === 'light' || kept === 'dark' ? kept : 'auto'
}

const systemIsDark = matchMedia('(prefers-color-scheme: dark)')
let chosen: Theme = 'auto'

systemIsDark.addEventListener('change', show)

/** Shows the page in a theme and keeps it for the next visit. */
export function applyTheme(theme: Theme): void {
  chosen = theme
  if (theme === 'auto') localStorage.removeItem(NAME)
  else localStorage.setItem(NAME, theme)
  show()
}

function show(): void {
  const system = systemIsDark.matches ? 'dark' : 'light'
  document.documentElement.dataset.theme = chosen === 'auto' ? system : chosen
}
