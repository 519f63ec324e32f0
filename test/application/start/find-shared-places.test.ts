import { describe, expect, it } from 'vitest'
import { findSharedPlaces } from '../../../src/application/start/find-shared-places.js'
import { recordOn } from '../../doubles/cli-stage.js'

const own = { stateDir: '/h/.mayros-b', configPath: '/h/.mayros/b.json', workspaces: ['/h/work', '/h/more'] }

function beside(records: Record<string, ReturnType<typeof recordOn> | null>) {
  return findSharedPlaces(own, {
    home: '/h',
    files: { stateDirectories: async () => Object.keys(records) },
    readLive: async (stateDir) => records[stateDir] ?? null,
  })
}

describe('findSharedPlaces', () => {
  it('names the workspace and the config file that another running gateway has as well', async () => {
    const record = recordOn(19001, { pid: 7, configPath: '/h/.mayros/b.json', workspaces: ['/h/work'] })
    expect(await beside({ '/h/.mayros-a': record })).toEqual([
      'the config file is also that of the gateway of /h/.mayros-a (pid 7): give each gateway its own MAYROS_CONFIG_PATH',
      'workspace /h/work is also used by the gateway of /h/.mayros-a (pid 7): give each its own agents.defaults.workspace',
    ])
  })

  it('has nothing to say about gateways with places of their own, old ones, stopped ones, and ourselves', async () => {
    const shared = { configPath: own.configPath, workspaces: own.workspaces }
    const records = {
      '/h/.mayros': recordOn(18789, { configPath: '/h/.mayros/mayros.json', workspaces: ['/h/.mayros/workspace'] }),
      '/h/.mayros-old': recordOn(18790, { configPath: '/h/.mayros-old/mayros.json' }),
      '/h/.mayros-stopped': null,
      '/h/.mayros-b': recordOn(19002, shared),
    }
    expect(await beside(records)).toEqual([])
  })
})
