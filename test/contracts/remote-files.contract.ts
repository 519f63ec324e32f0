import assert from 'node:assert/strict'
import {
  REMOTE_FILE_FAILURES,
  RemoteFileFailure,
  type RemoteFileFailureCode,
  type RemoteFileRequest,
  type RemoteFiles,
} from '../../src/application/ports/remote-files.js'

export interface RemoteFilesRunner {
  describe(name: string, body: () => void): void
  it(name: string, body: () => Promise<void>): void
}

/** What is at a URL. `private`: its host has an address that is not public. */
export type RemotePlace =
  | { readonly bytes: Uint8Array; readonly mimeType?: string }
  | { readonly redirect: string }
  | { readonly private: true }
  | { readonly missing: true }

export interface RemoteFilesHarness {
  readonly name: string
  /** An internet with just these places, by absolute URL, all of them http without a port. */
  create(places: Readonly<Record<string, RemotePlace>>): Promise<{ files: RemoteFiles; dispose(): Promise<void> }>
}

const HELLO = new TextEncoder().encode('hello, world')
const SITE = 'http://files.example/docs'

/** Holds an adapter to what the port promises about files elsewhere. */
export function remoteFilesContract(runner: RemoteFilesRunner, harness: RemoteFilesHarness): void {
  const within = async (
    places: Readonly<Record<string, RemotePlace>>,
    body: (
      fetch: (url: string, more?: Partial<RemoteFileRequest>) => ReturnType<RemoteFiles['fetch']>,
    ) => Promise<void>,
  ) => {
    const { files, dispose } = await harness.create(places)
    try {
      await body((url, more) =>
        files.fetch({ url, maxBytes: 1000, maxRedirects: 3, timeoutMs: 10_000, hosts: [], ...more }),
      )
    } finally {
      await dispose()
    }
  }

  runner.describe(`remote files: ${harness.name}`, () => {
    runner.it('F1 a file arrives whole, with its type and name', () =>
      within({ [`${SITE}/a%20b.txt`]: { bytes: HELLO, mimeType: 'text/plain' } }, async (fetch) => {
        const file = await fetch(`${SITE}/a%20b.txt`)
        assert.deepEqual([...file.bytes], [...HELLO], 'F1: the bytes are those of the file')
        assert.equal(file.mimeType, 'text/plain', 'F1: the type is what the server says')
        assert.ok(file.fileName === 'a b.txt' || file.fileName === 'a%20b.txt', 'F1: the name is the end of the path')
      }),
    )

    runner.it('F2 what the server does not say is null', () =>
      within({ 'http://files.example/': { bytes: HELLO } }, async (fetch) => {
        const { mimeType, fileName } = await fetch('http://files.example/')
        assert.deepEqual([mimeType, fileName], [null, null], 'F2: nothing is made up')
      }),
    )

    runner.it('F3 a file may be exactly as long as allowed, and not longer', () =>
      within(
        { [`${SITE}/full`]: { bytes: new Uint8Array(1000) }, [`${SITE}/over`]: { bytes: new Uint8Array(1001) } },
        async (fetch) => {
          assert.equal((await fetch(`${SITE}/full`)).bytes.byteLength, 1000, 'F3: the limit itself is allowed')
          await refused(fetch(`${SITE}/over`), 'remote-size', 'F3: one byte more is refused')
        },
      ),
    )

    runner.it('F4 redirects are followed as often as allowed', () =>
      within(
        {
          [`${SITE}/0`]: { redirect: '/docs/1' },
          [`${SITE}/1`]: { redirect: 'http://other.example/2' },
          'http://other.example/2': { redirect: `${SITE}/3` },
          [`${SITE}/3`]: { bytes: HELLO },
          [`${SITE}/x`]: { redirect: `${SITE}/0` },
        },
        async (fetch) => {
          assert.equal((await fetch(`${SITE}/0`)).bytes.byteLength, HELLO.byteLength, 'F4: three are followed')
          await refused(fetch(`${SITE}/x`), 'remote-redirects', 'F4: a fourth is not')
          await refused(fetch(`${SITE}/1`, { maxRedirects: 0 }), 'remote-redirects', 'F4: none where none is allowed')
        },
      ),
    )

    runner.it('F5 an address that is not public is never reached, by redirect neither', () =>
      within(
        { 'http://inside.example/': { private: true }, [`${SITE}/trap`]: { redirect: 'http://inside.example/' } },
        async (fetch) => {
          await refused(fetch('http://inside.example/'), 'remote-address', 'F5: asked for directly')
          await refused(fetch(`${SITE}/trap`), 'remote-address', 'F5: asked for by a redirect')
        },
      ),
    )

    runner.it('F6 only http and https, without credentials', () =>
      within({ [`${SITE}/go`]: { redirect: 'file:///etc/passwd' } }, async (fetch) => {
        for (const url of [
          '',
          'no url',
          '/etc/passwd',
          'file:///etc/passwd',
          'ftp://a.example/',
          'data:,x',
          'http://u:p@a.example/',
          `${SITE}/go`,
        ]) {
          await refused(fetch(url), 'remote-url', `F6: ${JSON.stringify(url)} is refused`)
        }
      }),
    )

    runner.it('F7 only hosts of the list are asked, by redirect neither', () =>
      within(
        {
          'http://cdn.files.example/a': { bytes: HELLO },
          'http://files.example/a': { bytes: HELLO },
          'http://cdn.files.example/away': { redirect: 'http://other.example/' },
          'http://other.example/': { bytes: HELLO },
        },
        async (fetch) => {
          const below = { hosts: ['*.files.example'] }
          await fetch('http://cdn.files.example/a', below)
          await refused(fetch('http://files.example/a', below), 'remote-host', 'F7: the star stands for something')
          await fetch('http://files.example/a', { hosts: ['elsewhere.example', 'Files.Example'] })
          for (const url of ['http://other.example/', 'http://evilfiles.example/', 'http://cdn.files.example/away']) {
            await refused(fetch(url, below), 'remote-host', `F7: ${url} is refused`)
          }
        },
      ),
    )

    runner.it('F8 what cannot be had is a failure of the catalogue', () =>
      within({ [`${SITE}/gone`]: { missing: true } }, async (fetch) => {
        await refused(fetch(`${SITE}/gone`), 'remote-status', 'F8: the server has no such file')
        await refused(fetch('http://nobody.example/'), 'remote-unreachable', 'F8: there is no such server')
      }),
    )
  })
}

async function refused(call: Promise<unknown>, code: RemoteFileFailureCode, promise: string): Promise<void> {
  await assert.rejects(
    call,
    (thrown) =>
      thrown instanceof RemoteFileFailure &&
      thrown.code === code &&
      Object.hasOwn(REMOTE_FILE_FAILURES, thrown.code) &&
      thrown.message.length > 0,
    `${promise}: rejects with a RemoteFileFailure ${code}`,
  )
}
