import { describe, expect, it } from 'vitest'
import {
  environmentLogLevel,
  environmentSwitches,
  switchNotes,
} from '../../../src/domain/config/environment-switches.js'
import { missingShellVariables } from '../../../src/domain/config/shell-variables.js'

describe('switches of the environment', () => {
  it.each([
    ['1', true],
    [' Yes ', true],
    ['on', true],
    ['TRUE', true],
    ['0', false],
    ['', false],
    ['off', false],
    ['maybe', false],
  ])('read %j as %s', (word, isOn) => {
    expect(environmentSwitches({ MAYROS_NO_RESPAWN: word }).noRespawn).toBe(isOn)
  })

  it('are off by themselves', () => {
    expect(Object.values(environmentSwitches({}))).toEqual([false, false, false, false, false])
    expect(switchNotes({})).toEqual([])
  })

  it('say what is on, and what is neither', () => {
    const variables = {
      MAYROS_SKIP_CHANNELS: '1',
      MAYROS_SKIP_CRON: 'on',
      MAYROS_DISABLE_MDNS: 'yes',
      MAYROS_NO_RESPAWN: 'nope',
      MAYROS_LOG_LEVEL: 'loud',
    }
    expect(switchNotes(variables).map(({ text, isWarning }) => [isWarning, text])).toEqual([
      [false, 'MAYROS_SKIP_CHANNELS: no channel is connected by itself'],
      [false, 'MAYROS_SKIP_CRON: no job runs when its time comes'],
      [false, 'MAYROS_DISABLE_MDNS: nothing is announced in the local network'],
      [true, 'MAYROS_LOG_LEVEL counts for nothing: expected one of silent, fatal, error, warn, info, debug, trace'],
      [true, 'MAYROS_NO_RESPAWN counts as off: expected 1 or 0'],
    ])
  })

  it('may name the level of the log', () => {
    expect([' Debug ', 'loud', '', undefined].map((word) => environmentLogLevel({ MAYROS_LOG_LEVEL: word }))).toEqual([
      'debug',
      null,
      null,
      null,
    ])
  })
})

describe('keys of the login shell', () => {
  it('are those that the environment does not have, not even empty', () => {
    const missing = missingShellVariables({ OPENAI_API_KEY: 'x', GROQ_API_KEY: '', XAI_API_KEY: undefined, PATH: 'y' })
    expect(missing).toContain('XAI_API_KEY')
    expect(missing).toContain('ANTHROPIC_API_KEY')
    for (const name of ['OPENAI_API_KEY', 'GROQ_API_KEY', 'PATH', 'HOME']) expect(missing).not.toContain(name)
  })
})
