import { describe, expect, it } from 'vitest'
import { type EnvironmentFlags, resolveEnvironment } from '../../src/adapters/environment-node/resolve-environment.js'

const resolve = (flags: EnvironmentFlags, env: Record<string, string> = {}) =>
  resolveEnvironment({ flags, env: { HOME: '/home/u', ...env }, accountHome: '/account', workingDirectory: '/cwd' })

describe('resolveEnvironment', () => {
  it.each<[string, EnvironmentFlags, Record<string, string>, object]>([
    [
      'nothing said',
      {},
      {},
      {
        profile: null,
        home: '/home/u',
        stateDir: '/home/u/.mayros',
        configPath: '/home/u/.mayros/mayros.json',
        defaultPort: 18789,
        notes: [],
      },
    ],
    ['--dev', { dev: true }, {}, { profile: 'dev', stateDir: '/home/u/.mayros-dev', defaultPort: 19001 }],
    ['--profile', { profile: 'work' }, {}, { profile: 'work', stateDir: '/home/u/.mayros-work', defaultPort: 18789 }],
    ['--profile dev is --dev', { profile: 'dev' }, {}, { profile: 'dev', defaultPort: 19001 }],
    ['--dev --profile dev agree', { profile: 'dev', dev: true }, {}, { profile: 'dev' }],
    [
      '--profile default is none',
      { profile: 'default' },
      { MAYROS_PROFILE: 'x' },
      { profile: null, stateDir: '/home/u/.mayros' },
    ],
    ['MAYROS_PROFILE', {}, { MAYROS_PROFILE: 'p' }, { profile: 'p', stateDir: '/home/u/.mayros-p' }],
    ['a flag beats the variable', { dev: true }, { MAYROS_PROFILE: 'p' }, { profile: 'dev' }],
    [
      'blank variables are unset',
      {},
      { MAYROS_PROFILE: ' ', MAYROS_HOME: '', MAYROS_STATE_DIR: '', MAYROS_CONFIG_PATH: ' ' },
      { profile: null, stateDir: '/home/u/.mayros', notes: [] },
    ],
    ['MAYROS_HOME', {}, { MAYROS_HOME: '~/else' }, { home: '/home/u/else', stateDir: '/home/u/else/.mayros' }],
    ['USERPROFILE', {}, { HOME: '', USERPROFILE: '/users/u' }, { home: '/users/u' }],
    ['the account', {}, { HOME: '' }, { home: '/account' }],
    [
      'MAYROS_STATE_DIR',
      {},
      { MAYROS_STATE_DIR: 'here' },
      {
        stateDir: '/cwd/here',
        configPath: '/cwd/here/mayros.json',
        notes: ['MAYROS_STATE_DIR overrides the default: /cwd/here instead of /home/u/.mayros'],
      },
    ],
    [
      'MAYROS_CONFIG_PATH',
      { dev: true },
      { MAYROS_CONFIG_PATH: '~/c.json' },
      {
        stateDir: '/home/u/.mayros-dev',
        configPath: '/home/u/c.json',
        notes: ['MAYROS_CONFIG_PATH overrides profile dev: /home/u/c.json instead of /home/u/.mayros-dev/mayros.json'],
      },
    ],
    ['an override that agrees', {}, { MAYROS_STATE_DIR: '/home/u/.mayros' }, { notes: [] }],
  ])('%s', (_, flags, env, expected) => {
    expect(resolve(flags, env)).toMatchObject(expected)
  })

  it.each<[string, EnvironmentFlags, Record<string, string>, RegExp]>([
    [
      '--dev with another profile',
      { dev: true, profile: 'work' },
      {},
      /^--dev is profile dev and cannot be combined with --profile work$/,
    ],
    ['a bad profile', { profile: 'a/b' }, {}, /^--profile must be .* got "a\/b"$/],
    ['an empty profile', { profile: '' }, {}, /^--profile must be/],
    ['a bad variable', {}, { MAYROS_PROFILE: '../x' }, /^MAYROS_PROFILE must be/],
  ])('refuses %s', (_, flags, env, sentence) => {
    expect(() => resolve(flags, env)).toThrow(
      expect.objectContaining({ code: 'usage', message: expect.stringMatching(sentence) }),
    )
  })
})
