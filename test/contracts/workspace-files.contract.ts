import assert from 'node:assert/strict'
import {
  MAX_WORKSPACE_FILE_BYTES,
  type WORKSPACE_FILES_FAILURES,
  type WorkspaceFiles,
  WorkspaceFilesFailure,
} from '../../src/application/ports/workspace-files.js'

export interface WorkspaceFilesRunner {
  describe(name: string, body: () => void): void
  it(name: string, body: () => Promise<void>): void
}

/** A place made for one test. */
export interface WorkspaceFilesScene {
  readonly files: WorkspaceFiles
  /** Absolute; nothing is there yet. */
  readonly workspace: string
  /** Puts a link of that name into the workspace that leads to a file outside. */
  linkOutside(name: string): Promise<void>
  dispose(): Promise<void>
}

export interface WorkspaceFilesHarness {
  readonly name: string
  create(): Promise<WorkspaceFilesScene>
}

const BAD_NAMES = ['', '.', '..', '../AGENTS.md', '/etc/passwd', 'folder/AGENTS.md', 'folder\\AGENTS.md', 'a\0b']

/** Holds an adapter to what the port promises about files of a workspace. */
export function workspaceFilesContract(runner: WorkspaceFilesRunner, harness: WorkspaceFilesHarness): void {
  const promise = (name: string, body: (scene: WorkspaceFilesScene) => Promise<void>) =>
    runner.it(name, async () => {
      const scene = await harness.create()
      try {
        await body(scene)
      } finally {
        await scene.dispose()
      }
    })
  const failsWith = (code: keyof typeof WORKSPACE_FILES_FAILURES) => (thrown: unknown) =>
    thrown instanceof WorkspaceFilesFailure && thrown.code === code

  runner.describe(`workspace files contract: ${harness.name}`, () => {
    promise('W1 what was written is read, with its size in bytes', async ({ files, workspace }) => {
      const written = await files.write(workspace, 'AGENTS.md', 'häuser\n')
      assert.equal(written.size, 8, 'W1: the size is told in bytes')
      assert.equal(written.path, `${workspace}/AGENTS.md`, 'W1: the path is that of the workspace')
      assert.ok(Number.isInteger(written.updatedAtMs), 'W1: the time is in whole milliseconds')
      assert.deepEqual(await files.read(workspace, 'AGENTS.md'), { ...written, text: 'häuser\n' }, 'W1: read again')
    })

    promise('W2 a second text replaces the first as a whole', async ({ files, workspace }) => {
      await files.write(workspace, 'USER.md', 'a long first text')
      await files.write(workspace, 'USER.md', 'short')
      assert.equal((await files.read(workspace, 'USER.md'))?.text, 'short', 'W2: nothing of the first is left')
    })

    promise('W3 what is not there is null, also where there is no workspace', async ({ files, workspace }) => {
      assert.equal(await files.read(workspace, 'SOUL.md'), null, 'W3: without a workspace')
      assert.deepEqual(await files.inspect(workspace, ['SOUL.md']), [null], 'W3: looking without a workspace')
      await files.add(workspace, [])
      assert.equal(await files.read(workspace, 'SOUL.md'), null, 'W3: in a workspace')
    })

    promise('W4 tells facts in the order of the names', async ({ files, workspace }) => {
      await files.write(workspace, 'SOUL.md', '1')
      await files.write(workspace, 'USER.md', '22')
      const told = await files.inspect(workspace, ['USER.md', 'AGENTS.md', 'SOUL.md'])
      assert.deepEqual(
        told.map((facts) => facts?.size ?? null),
        [2, null, 1],
        'W4: in order, null for what is missing',
      )
    })

    promise('W5 `add` makes what is missing, and leaves alone what is there', async ({ files, workspace }) => {
      await files.write(workspace, 'SOUL.md', 'mine')
      const draft = [
        { name: 'SOUL.md', text: 'theirs' },
        { name: 'USER.md', text: 'new' },
      ]
      assert.deepEqual(await files.add(workspace, draft), ['USER.md'], 'W5: tells what is new')
      assert.equal((await files.read(workspace, 'SOUL.md'))?.text, 'mine', 'W5: what was there stays')
      assert.deepEqual(await files.add(workspace, draft), [], 'W5: the second time there is nothing to do')
    })

    promise('W6 refuses names that are no plain file names', async ({ files, workspace }) => {
      for (const name of BAD_NAMES) {
        const shown = JSON.stringify(name)
        await assert.rejects(files.read(workspace, name), failsWith('workspace-refused'), `W6: reading ${shown}`)
        await assert.rejects(files.write(workspace, name, ''), failsWith('workspace-refused'), `W6: writing ${shown}`)
      }
    })

    promise('W7 a link that leads out is neither read, written nor told', async ({ files, workspace, linkOutside }) => {
      await files.add(workspace, [])
      await linkOutside('AGENTS.md')
      await assert.rejects(files.read(workspace, 'AGENTS.md'), failsWith('workspace-refused'), 'W7: reading')
      await assert.rejects(files.write(workspace, 'AGENTS.md', ''), failsWith('workspace-refused'), 'W7: writing')
      assert.deepEqual(await files.inspect(workspace, ['AGENTS.md']), [null], 'W7: looking')
      assert.deepEqual(await files.add(workspace, [{ name: 'AGENTS.md', text: '' }]), [], 'W7: it stays')
    })

    promise('W8 texts of more than 1 MiB are refused, and what was there stays', async ({ files, workspace }) => {
      await files.write(workspace, 'MEMORY.md', 'before')
      const tooLong = 'ä'.repeat(MAX_WORKSPACE_FILE_BYTES / 2 + 1)
      await assert.rejects(
        files.write(workspace, 'MEMORY.md', tooLong),
        failsWith('workspace-file-too-large'),
        'W8: refused by its bytes',
      )
      assert.equal((await files.read(workspace, 'MEMORY.md'))?.text, 'before', 'W8: nothing changed')
      await files.write(workspace, 'MEMORY.md', 'x'.repeat(MAX_WORKSPACE_FILE_BYTES))
    })

    promise('W9 a workspace that is put aside keeps its files and frees its path', async ({ files, workspace }) => {
      assert.equal(await files.putAside(workspace, []), null, 'W9: there is none')
      for (const text of ['first', 'second']) {
        await files.write(workspace, 'USER.md', text)
        const aside = await files.putAside(workspace, [`${workspace}-other`])
        assert.ok(aside !== null && aside !== workspace, 'W9: it is somewhere else')
        assert.equal(await files.read(workspace, 'USER.md'), null, 'W9: the path is free')
        assert.equal((await files.read(aside, 'USER.md'))?.text, text, 'W9: the file is there')
      }
    })

    promise('W10 a workspace in which something is kept stays', async ({ files, workspace }) => {
      await files.write(workspace, 'USER.md', 'text')
      for (const keep of [workspace, `${workspace}/inner`]) {
        await files.add(keep, [])
        await assert.rejects(files.putAside(workspace, [keep]), failsWith('workspace-refused'), `W10: ${keep}`)
      }
      assert.equal((await files.read(workspace, 'USER.md'))?.text, 'text', 'W10: it is where it was')
    })
  })
}
