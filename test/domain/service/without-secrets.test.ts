import { describe, expect, it } from 'vitest'
import { withoutSecrets } from '../../../src/domain/service/without-secrets.js'

const shown = (text: string, environment: Record<string, string>, programArguments: readonly string[] = []) =>
  withoutSecrets({
    name: 'n',
    file: 'f',
    text,
    programArguments,
    workingDirectory: null,
    environment,
    settings: {},
    version: null,
  })

describe('withoutSecrets', () => {
  it('shows a file without secrets as it is', () => {
    const text = 'Environment=PATH=/bin\nExecStart=/usr/bin/node /opt/mayros.js gateway run\n'
    expect(shown(text, { PATH: '/bin' }, ['/usr/bin/node', '/opt/mayros.js', 'gateway', 'run'])).toBe(text)
  })

  it.each([
    ['Environment=A_TOKEN=hush hush\nKillMode=mixed\n', 'Environment=A_TOKEN=***\nKillMode=mixed\n'],
    ['Environment="A_TOKEN=hush hush"\nX=1\n', 'Environment="A_TOKEN=***\nX=1\n'],
    ['Environment=B=1 "A_TOKEN=hush hush" C=2\n', 'Environment=B=1 "A_TOKEN=***\n'],
    ['Environment=B=1 \\\n  "A_TOKEN=hush hush"\n', 'Environment=B=1 \\\n  "A_TOKEN=***"\n'],
    ['<key>A_TOKEN</key>\n  <string>hush hush</string>\n', '<key>A_TOKEN</key>\n  <string>***</string>\n'],
  ])('hides the value of a variable: %j', (text, expected) => {
    expect(shown(text, { A_TOKEN: 'hush hush' })).toBe(expected)
  })

  it.each([
    ['ExecStart=node mayros.js gateway --token "h u" --port 1\n', ['--token', 'h u', '--port', '1']],
    ['ExecStart=node mayros.js gateway --password=h\n', ['--password=h']],
    ['<string>--token</string>\n<string>h&amp;u</string>\n', ['--token', 'h&u']],
  ])('hides the value of a flag: %j', (text, words) => {
    expect(shown(text, {}, words)).toMatch(
      /(?:--token|--password)(?:[= ]|<\/string>\n<string>)\*\*\*(?:<\/string>)?\n$/,
    )
  })

  it('hides a long value wherever and however it is written', () => {
    const value = 'h%u$s"h<&\\x'
    const text = 'h%%u$s\\"h<&\\\\x h%%u$$s\\"h<&\\\\x h%u$s"h&lt;&amp;\\x h%u$s"h<&\\x'
    expect(shown(text, { MY_SECRET: value })).toBe('*** *** *** ***')
  })

  it('leaves words alone that a short value happens to be part of', () => {
    expect(shown('KillMode=mixed\n', { A_TOKEN: 'm' })).toBe('KillMode=mixed\n')
  })
})
