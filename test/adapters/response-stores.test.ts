import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { LibsqlResponseStore } from '../../src/adapters/store-libsql/libsql-response-store.js'
import { LibsqlSessionStore } from '../../src/adapters/store-libsql/libsql-session-store.js'
import { MemoryResponseStore } from '../../src/adapters/store-memory/memory-response-store.js'
import { responseStoreContract, sampleResponse } from '../contracts/response-store.contract.js'
import { sampleSession } from '../contracts/session-store/samples.js'

responseStoreContract(
  { describe, it },
  { name: 'memory', create: async () => ({ store: new MemoryResponseStore(), dispose: async () => undefined }) },
)

responseStoreContract(
  { describe, it },
  {
    name: 'libsql',
    create: async () => {
      const folder = await mkdtemp(join(tmpdir(), 'mayros-responses-'))
      const home = new LibsqlSessionStore(join(folder, 'mayros.db'))
      await home.open()
      const dispose = async () => {
        await home.close()
        await rm(folder, { recursive: true })
      }
      return { store: new LibsqlResponseStore(home), dispose }
    },
  },
)

describe('responses in the database of the sessions', () => {
  let folder: string
  let home: LibsqlSessionStore

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mayros-responses-'))
    home = new LibsqlSessionStore(join(folder, 'mayros.db'))
    await home.open()
  })

  afterEach(async () => {
    await home.close()
    await rm(folder, { recursive: true })
  })

  it('are still there when it is opened again', async () => {
    await new LibsqlResponseStore(home).put(sampleResponse('resp_1'))
    await home.close()
    await home.open()
    expect(await new LibsqlResponseStore(home).get('resp_1', 0)).toEqual(sampleResponse('resp_1'))
  })

  it('share its commits and keep their order', async () => {
    const store = new LibsqlResponseStore(home)
    const first = store.put(sampleResponse('resp_1', { standing: 'first' }))
    const session = home.commit([{ kind: 'session.put', entry: sampleSession('agent:main:a') }])
    const second = store.put(sampleResponse('resp_1', { standing: 'second' }))
    await Promise.all([first, session, second])
    expect((await store.get('resp_1', 0))?.standing).toBe('second')
    expect(await home.session('agent:main:a')).not.toBeNull()
  })

  it('are refused while it is closed', async () => {
    const store = new LibsqlResponseStore(home)
    await home.close()
    const refusal = { name: 'StoreFailure', code: 'store-closed' }
    await expect(store.put(sampleResponse('resp_1'))).rejects.toMatchObject(refusal)
    await expect(store.get('resp_1', 0)).rejects.toMatchObject(refusal)
    await expect(store.expire(0)).rejects.toMatchObject(refusal)
  })
})
