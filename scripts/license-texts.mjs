import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const PACKAGE = /^(?:.*\/)?node_modules\/((?:@[^/]+\/)?[^/]+)\//

/** Names, versions and licence texts of the packages whose files are in a bundle, as their licences ask. */
export function licenseTexts(inputs) {
  const folders = new Set(inputs.map((input) => PACKAGE.exec(input)?.[0]).filter((folder) => folder !== undefined))
  const texts = [...folders].sort().map((folder) => textOf(folder))
  return `Mayros Gateway contains code of these packages.\n\n${texts.join('\n\n')}\n`
}

function textOf(folder) {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  const file = readdirSync(folder).find((entry) => /^(licen[cs]e|copying)(\.|-|$)/i.test(entry))
  const text =
    file !== undefined && existsSync(join(folder, file)) ? readFileSync(join(folder, file), 'utf8').trim() : ''
  return `--- ${name} ${version} (${license ?? 'see text'}) ---\n${text}`
}
