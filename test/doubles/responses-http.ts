import { FakeClock } from '../../src/adapters/clock-fake/fake-clock.js'
import { NodeIds } from '../../src/adapters/ids-node/node-ids.js'
import { MemoryLog } from '../../src/adapters/log-memory/memory-log.js'
import { MemoryRemoteFiles } from '../../src/adapters/remote-files-memory/memory-remote-files.js'
import { MemoryResponseStore } from '../../src/adapters/store-memory/memory-response-store.js'
import { MemorySessionStore } from '../../src/adapters/store-memory/memory-session-store.js'
import { PdfFailure, type PdfText } from '../../src/application/ports/pdf-text.js'
import { InputContents } from '../../src/application/responses/input-contents.js'
import type { InputLimits } from '../../src/application/responses/input-limits.js'
import { Responses } from '../../src/application/responses/responses.js'
import { FakeAgentCalls } from './fake-agent-calls.js'
import { GuardedHttp } from './guarded-http.js'

const fetching = { allowUrl: true, urlAllowlist: [], maxRedirects: 3, timeoutMs: 1000 }

/** A reader that takes the text between brackets, as in the samples. */
const pdf: PdfText = {
  read: async (bytes) => {
    const text = new TextDecoder().decode(bytes)
    if (text.includes('damaged')) throw new PdfFailure('pdf-damaged', 'The PDF cannot be read.')
    return { text: text.slice('%PDF-1.4 '.length), pages: 9 }
  },
}

/** `/v1/responses` in front of agents that follow a script. */
export class ResponsesHttp {
  readonly clock = new FakeClock()
  readonly sessions = new MemorySessionStore()
  readonly store = new MemoryResponseStore()
  readonly remote = new MemoryRemoteFiles()
  readonly calls = new FakeAgentCalls(this.sessions)
  readonly log = new MemoryLog()
  isEnabled = true
  retentionDays = 30
  /** Whether the next message in any session begins a new conversation. */
  isOver = false
  /** Names of the tools that the agent has itself. */
  ownTools: ReadonlySet<string> = new Set()
  limits: InputLimits = {
    maxUrlParts: 2,
    images: { ...fetching, allowedMimes: ['image/png', 'image/jpeg'], maxBytes: 100 },
    files: {
      ...fetching,
      allowedMimes: ['text/plain', 'text/markdown', 'application/json', 'application/pdf'],
      maxBytes: 1000,
      maxChars: 200,
      maxPdfPages: 4,
    },
  }
  readonly http: GuardedHttp

  constructor() {
    const responses = new Responses({
      calls: this.calls,
      sessions: this.sessions,
      store: this.store,
      contents: new InputContents(this.remote, pdf, () => this.limits),
      ownTools: { names: () => Promise.resolve(this.ownTools) },
      isOver: () => this.isOver,
      retentionDays: () => this.retentionDays,
      clock: this.clock,
      ids: new NodeIds(),
      log: this.log,
    })
    const { clock } = this
    const facts = { isEnabled: () => this.isEnabled, maxBodyBytes: () => 20_000, keyScope: () => 'per-sender' as const }
    this.http = new GuardedHttp({ responses: { ...facts, responses, clock } })
  }

  static async open(): Promise<ResponsesHttp> {
    const made = new ResponsesHttp()
    await made.sessions.open()
    return made
  }

  post(body: object, init: RequestInit = {}): Promise<Response> {
    return this.http.asked('/v1/responses', { method: 'POST', body: JSON.stringify(body), ...init })
  }

  /** For `new OpenAI({ fetch })`. */
  readonly fetch = (url: string | URL | Request, init: RequestInit = {}): Promise<Response> => {
    const { pathname, search } = new URL(String(url))
    return this.http.fetch(pathname + search, { ...init, headers: Object.fromEntries(new Headers(init.headers)) })
  }
}
