/** A process that writes one configuration again and again until it is killed. */
import { join } from 'node:path'
import { Json5ConfigSource } from '../../../src/adapters/config-json5/json5-config-source.js'

const [directory = ''] = process.argv.slice(2)
const source = new Json5ConfigSource({
  path: join(directory, 'mayros.json'),
  home: '/',
  stateDir: join(directory, 'state'),
})
process.stdout.write('ready\n')
for (let port = 1; ; port = (port % 60_000) + 1) {
  await source.edit([{ path: ['gateway', 'port'], value: port }])
}
