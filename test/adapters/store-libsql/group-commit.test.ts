import { describe, expect, it } from 'vitest'
import { GroupCommit } from '../../../src/adapters/store-libsql/group-commit.js'
import { PreparedCommit } from '../../../src/adapters/store-libsql/prepared-commit.js'

/** A database that only notes which groups it was given; syncs end when the test says so. */
class NotedGroups {
  readonly groups: PreparedCommit[][] = []
  readonly refused = new Set<PreparedCommit>()
  readonly syncs: { end: () => void; fail: (reason: Error) => void }[] = []

  applyTogether(commits: readonly PreparedCommit[]): void {
    if (commits.some((commit) => this.refused.has(commit))) throw new Error('refused')
    this.groups.push([...commits])
  }

  sync(): Promise<void> {
    return new Promise((end, fail) => this.syncs.push({ end, fail }))
  }

  betweenGroups(): Promise<void> | undefined {
    return undefined
  }
}

const commits = (count: number, text = '') =>
  Array.from({ length: count }, () => {
    const entry = {
      id: 'e',
      message: { role: 'user' as const, content: [{ type: 'text' as const, text }], timestamp: 1 },
    }
    return new PreparedCommit([{ kind: 'transcript.append', sessionId: 's', entries: [entry] }])
  })
const turn = () => new Promise((resolve) => setImmediate(resolve))

describe('GroupCommit', () => {
  it('puts what is called at once, and what comes during a sync, into one group each', async () => {
    const database = new NotedGroups()
    const queue = new GroupCommit(database)
    const [a, b, c, d] = commits(4) as [PreparedCommit, PreparedCommit, PreparedCommit, PreparedCommit]
    const settled: string[] = []
    const submit = (name: string, commit: PreparedCommit) => queue.submit(commit).then(() => settled.push(name))
    void submit('a', a)
    void submit('b', b)
    await turn()
    void submit('c', c)
    void submit('d', d)
    await turn()
    expect(database.groups).toEqual([[a, b]])
    expect(settled).toEqual([])
    database.syncs[0]?.end()
    await turn()
    expect(settled).toEqual(['a', 'b'])
    expect(database.groups).toEqual([
      [a, b],
      [c, d],
    ])
    database.syncs[1]?.end()
    await queue.idle()
    expect(settled).toEqual(['a', 'b', 'c', 'd'])
  })

  it('refuses one commit without its neighbours', async () => {
    const database = new NotedGroups()
    const queue = new GroupCommit(database)
    const [a, b, c] = commits(3) as [PreparedCommit, PreparedCommit, PreparedCommit]
    database.refused.add(b)
    const outcomes = Promise.allSettled([a, b, c].map((commit) => queue.submit(commit)))
    await turn()
    expect(database.groups).toEqual([[a], [c]])
    expect(database.syncs.length).toBe(1)
    database.syncs[0]?.end()
    expect((await outcomes).map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
  })

  it('refuses every commit of a group that the disk did not confirm', async () => {
    const database = new NotedGroups()
    const queue = new GroupCommit(database)
    const outcomes = Promise.allSettled(commits(2).map((commit) => queue.submit(commit)))
    await turn()
    database.syncs[0]?.fail(new Error('disk'))
    expect((await outcomes).map(({ status }) => status)).toEqual(['rejected', 'rejected'])
  })

  it('cuts off a group that would hold up the event loop', async () => {
    const database = new NotedGroups()
    const queue = new GroupCommit(database)
    const large = commits(5, 'x'.repeat(1024 * 1024))
    const outcomes = Promise.all(large.map((commit) => queue.submit(commit)))
    for (let round = 0; database.groups.flat().length < 5 || round < database.syncs.length; round += 1) {
      await turn()
      database.syncs[round]?.end()
    }
    await outcomes
    expect(database.groups.length).toBeGreaterThan(1)
    expect(database.groups.flat()).toEqual(large)
  })
})
