import assert from 'node:assert/strict'
import {
  type PRIVATE_FILES_FAILURES,
  type PrivateFiles,
  PrivateFilesFailure,
  type SurveyLimits,
} from '../../src/application/ports/private-files.js'

export interface PrivateFilesRunner {
  describe(name: string, body: () => void): void
  it(name: string, body: () => Promise<void>): void
}

/** A directory made for one test. Paths are relative to it. */
export interface PrivateFilesScene {
  readonly files: PrivateFiles
  /** Absolute. */
  readonly root: string
  put(path: string, mode: number, kind?: 'file' | 'directory'): Promise<void>
  /** A link to a file that is there; its own rights mean nothing. */
  link(path: string, target: string): Promise<void>
  dispose(): Promise<void>
}

export interface PrivateFilesHarness {
  readonly name: string
  create(): Promise<PrivateFilesScene>
}

const EVERYTHING: SurveyLimits = { depth: 10, most: 1000, skip: () => false }

/** Holds an adapter to what the port promises about rights of files. */
export function privateFilesContract(runner: PrivateFilesRunner, harness: PrivateFilesHarness): void {
  const within = async (body: (scene: PrivateFilesScene) => Promise<void>): Promise<void> => {
    const scene = await harness.create()
    try {
      await body(scene)
    } finally {
      await scene.dispose()
    }
  }
  const modeOf = async ({ files, root }: PrivateFilesScene, path: string) =>
    (await files.inspect([`${root}/${path}`]))[0]?.mode
  const isFailure = (code: keyof typeof PRIVATE_FILES_FAILURES) => (thrown: unknown) =>
    thrown instanceof PrivateFilesFailure && thrown.code === code

  runner.describe(`private files contract: ${harness.name}`, () => {
    runner.it('F1 tells kind, rights and owner, in the order asked, without what is not there', () =>
      within(async (scene) => {
        await scene.put('one', 0o640)
        await scene.put('folder', 0o755, 'directory')
        const at = (name: string) => `${scene.root}/${name}`
        assert.deepEqual(
          await scene.files.inspect([at('folder'), at('none'), at('one'), at('one/none')]),
          [
            { path: at('folder'), kind: 'directory', isLink: false, mode: 0o755, owner: 'self' },
            { path: at('one'), kind: 'file', isLink: false, mode: 0o640, owner: 'self' },
          ],
          'F1: two of four exist',
        )
      }),
    )

    runner.it('F2 a survey tells the directory first, then what is in it by path, as deep as asked', () =>
      within(async (scene) => {
        for (const folder of ['b', 'b/deep', 'skipped']) await scene.put(folder, 0o700, 'directory')
        for (const file of ['b/deep/three', 'a', 'b/two', 'skipped/four']) await scene.put(file, 0o600)
        const names = async (limits: Partial<SurveyLimits>) =>
          (await scene.files.survey(scene.root, { ...EVERYTHING, ...limits })).map(({ path }) =>
            path.slice(scene.root.length),
          )
        const skip = (path: string) => path.endsWith('/skipped')
        assert.deepEqual(
          await names({ skip }),
          ['', '/a', '/b', '/b/deep', '/b/deep/three', '/b/two'],
          'F2: everything',
        )
        assert.deepEqual(await names({ skip, depth: 0 }), ['', '/a', '/b'], 'F2: depth 0')
        assert.deepEqual(await names({ skip, depth: 1 }), ['', '/a', '/b', '/b/deep', '/b/two'], 'F2: depth 1')
        assert.equal((await names({ most: 3 })).length, 3, 'F2: never more than asked for')
      }),
    )

    runner.it('F3 a survey of nothing tells nothing', () =>
      within(async ({ files, root }) => {
        assert.deepEqual(await files.survey(`${root}/none`, EVERYTHING), [], 'F3: there is no such directory')
      }),
    )

    runner.it('F4 tighten takes rights away and gives none', () =>
      within(async (scene) => {
        await scene.put('open', 0o666)
        await scene.put('read-only', 0o444)
        await scene.put('folder', 0o777, 'directory')
        await scene.files.tighten(`${scene.root}/open`, 0o600)
        await scene.files.tighten(`${scene.root}/read-only`, 0o600)
        await scene.files.tighten(`${scene.root}/folder`, 0o700)
        assert.equal(await modeOf(scene, 'open'), 0o600, 'F4: 666 becomes 600')
        assert.equal(await modeOf(scene, 'read-only'), 0o400, 'F4: 444 becomes 400, not 600')
        assert.equal(await modeOf(scene, 'folder'), 0o700, 'F4: 777 becomes 700')
      }),
    )

    runner.it('F5 tighten touches nothing behind a link', () =>
      within(async (scene) => {
        await scene.put('target', 0o644)
        await scene.link('link', 'target')
        const [facts] = await scene.files.inspect([`${scene.root}/link`])
        assert.equal(facts?.isLink, true, 'F5: the link is told as one')
        await assert.rejects(
          scene.files.tighten(`${scene.root}/link`, 0o600),
          isFailure('file-not-ours'),
          'F5: refused',
        )
        assert.equal(await modeOf(scene, 'target'), 0o644, 'F5: the target is as before')
      }),
    )

    runner.it('F6 tighten says that there is no such file', () =>
      within(async ({ files, root }) => {
        await assert.rejects(files.tighten(`${root}/none`, 0o600), isFailure('file-missing'), 'F6: refused')
      }),
    )

    runner.it('F7 a survey tells a link to a directory and does not go in', () =>
      within(async (scene) => {
        await scene.put('folder', 0o700, 'directory')
        await scene.put('folder/one', 0o600)
        await scene.link('link', 'folder')
        const told = await scene.files.survey(scene.root, EVERYTHING)
        const names = told.map(({ path }) => path.slice(scene.root.length))
        assert.deepEqual(names, ['', '/folder', '/folder/one', '/link'], 'F7: nothing below the link')
      }),
    )
  })
}
