import { formatKeyPath } from '../config/key-path.js'
import type { ChangePath } from './diff-config.js'

/** A change's path for people. An element that goes by id is shown in brackets: `agents.list[ops].model`. */
export function formatChangePath(at: ChangePath): string {
  const [section, list, id, ...rest] = at
  const isKeyed = (section === 'agents' && list === 'list') || (section === 'hooks' && list === 'mappings')
  if (!isKeyed || id === undefined) return formatKeyPath(at)
  const inside = formatKeyPath(rest)
  return `${section}.${list}[${id}]${inside === '' || inside.startsWith('[') ? inside : `.${inside}`}`
}
