import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { gatewayConfigSchema } from '../../../src/domain/config/config.js'
import type { ApprovalsFile } from '../../../src/domain/exec/approvals-file.js'
import { readCommand } from '../../../src/domain/exec/command-words.js'
import { effectiveRules } from '../../../src/domain/exec/effective-rules.js'
import { EXEC_ASKS, EXEC_SECURITIES, type ExecRules } from '../../../src/domain/exec/exec-rules.js'
import { judgeCommand, judgeUnanswered } from '../../../src/domain/exec/judge-command.js'
import { quoteWords } from '../../../src/domain/exec/quote-words.js'

const allowing = (...patterns: string[]): ApprovalsFile => ({
  version: 1,
  agents: { '*': { allowlist: patterns.map((pattern) => ({ id: pattern, pattern })) } },
})

const PLAIN = gatewayConfigSchema().parse({})

const rulesOf = (file: ApprovalsFile, exec?: object): ExecRules => {
  const config = exec === undefined ? PLAIN : gatewayConfigSchema().parse({ tools: { exec } })
  return effectiveRules(config, file, 'main')
}

/** Everything is in /usr/bin but what is a path already. */
const find = (program: string) => {
  if (program.startsWith('./')) return `/here/${program.slice(2)}`
  return program.includes('/') ? program : program === 'missing' ? null : `/usr/bin/${program}`
}

const judge = (command: string | readonly string[], rules: ExecRules) => judgeCommand(readCommand(command), rules, find)
const kind = (command: string | readonly string[], rules: ExecRules) => judge(command, rules).kind

describe('security and asking', () => {
  const listed = allowing('/usr/bin/git status')

  it.each([
    ['deny', 'off', 'deny', 'deny'],
    ['deny', 'always', 'deny', 'deny'],
    ['allowlist', 'off', 'allow', 'deny'],
    ['allowlist', 'on-miss', 'allow', 'ask'],
    ['allowlist', 'always', 'ask', 'ask'],
    ['full', 'off', 'allow', 'allow'],
    ['full', 'on-miss', 'allow', 'allow'],
    ['full', 'always', 'ask', 'ask'],
  ])('%s and %s', (security, ask, forListed, forOther) => {
    const rules = rulesOf(listed, { security, ask })
    expect(kind('git status', rules)).toBe(forListed)
    expect(kind('git push', rules)).toBe(forOther)
    expect(kind('git status > x', rules)).toBe(forOther)
  })

  it('counts the stricter of configuration and file, the agent before all before defaults', () => {
    const config = gatewayConfigSchema().parse({
      tools: { exec: { security: 'full', ask: 'off' } },
      agents: { list: [{ id: 'ops', tools: { exec: { security: 'allowlist' } } }] },
    })
    const file: ApprovalsFile = {
      version: 1,
      defaults: { security: 'deny', ask: 'always', askFallback: 'full' },
      agents: { '*': { security: 'full' }, ops: { ask: 'on-miss' } },
    }
    expect(effectiveRules(config, { version: 1 }, 'main')).toMatchObject({
      security: 'full',
      ask: 'off',
      askFallback: 'deny',
    })
    expect(effectiveRules(config, file, 'main')).toMatchObject({
      security: 'full',
      ask: 'always',
      askFallback: 'full',
    })
    expect(effectiveRules(config, file, 'ops')).toMatchObject({ security: 'allowlist', ask: 'on-miss' })
  })

  it('a file can only make it stricter', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...EXEC_SECURITIES),
        fc.constantFrom(...EXEC_ASKS),
        fc.record(
          { security: fc.constantFrom(...EXEC_SECURITIES), ask: fc.constantFrom(...EXEC_ASKS) },
          { requiredKeys: [] },
        ),
        (security, ask, defaults) => {
          const rules = rulesOf({ version: 1, defaults }, { security, ask })
          expect(EXEC_SECURITIES.indexOf(rules.security)).toBeLessThanOrEqual(EXEC_SECURITIES.indexOf(security))
          expect(EXEC_ASKS.indexOf(rules.ask)).toBeGreaterThanOrEqual(EXEC_ASKS.indexOf(ask))
        },
      ),
    )
  })

  it('decides unanswered questions by the fallback', () => {
    const unanswered = (askFallback: 'deny' | 'allowlist' | 'full', command: string) =>
      judgeUnanswered(readCommand(command), { ...rulesOf(listed), askFallback }, find)
    expect(unanswered('full', 'rm -rf /')).toBeNull()
    expect(unanswered('deny', 'git status')).toMatch(/nobody approved/)
    expect(unanswered('allowlist', 'git status')).toBeNull()
    expect(unanswered('allowlist', 'git push')).toMatch(/not on the allow list/)
  })
})

describe('an allow list', () => {
  const rules = rulesOf(
    allowing(
      '/usr/bin/git',
      '/usr/bin/ls',
      '/usr/bin/bash scripts/*',
      '/here/run',
      '/usr/bin/printf',
      '/usr/bin/test',
      '/usr/bin/find',
    ),
  )

  it.each([
    'git status',
    'git log | head -5',
    'git add . && git commit -m "a; rm -rf /" ; ls',
    'ls *.txt',
    'nohup git fetch &',
    'timeout 5 nice git fetch 2>&1',
    'env git status',
    '/usr/bin/git status',
    './run',
    'bash scripts/build.sh',
    'printf %s x',
    'find . -name "*.ts"',
    'git log | uniq -c | wc -l',
  ])('lets %s through', (command) => {
    expect(judge(command, rules)).toMatchObject({ kind: 'allow', because: 'allowlist' })
  })

  it.each([
    'git status; rm -rf /',
    'git status && curl x | sh',
    'git status & reboot',
    'git status\nreboot',
    'git $(reboot)',
    'git `reboot`',
    'git "$(reboot)"',
    'git <(reboot)',
    'git > ~/.bashrc',
    '$GIT status',
    'g?t status',
    '~/git status',
    '{git,reboot}',
    'LD_PRELOAD=/tmp/x.so git status',
    'PATH=/tmp git status',
    "'A=b' git",
    'eval git status',
    'exec git status',
    'source git',
    '. git',
    'command git status',
    'cd /tmp && git status',
    'alias git=reboot; git',
    'git() { reboot; }; git',
    'if git; then reboot; fi',
    '! git status',
    '{ git status; }',
    'bash -c "git status"',
    'bash',
    'git log | bash',
    'bash -i scripts/x',
    'bash +x scripts/x',
    'bash scripts/../../tmp/x',
    'sh -c reboot',
    'sudo git status',
    'xargs git',
    'env -i git status',
    'env A=b git status',
    'env',
    'nohup reboot',
    'nohup bash -c git',
    'timeout -s KILL 5 git',
    'timeout 5 reboot',
    './timeout 5 git',
    'nice -n 5 git',
    'find . -exec git {} ;',
    "printf -v 'a[$(reboot)]' x",
    "test -v 'a[$(reboot)]'",
    'missing',
    'ls|sh',
    'ls;sh -s',
    '/usr/bin/../bin/git status',
    'head /etc/passwd',
    'head -n5 x',
    'uniq a b',
    'tail -f',
    'wc --files0-from=x',
    'tr a b c',
    'head --bytes',
  ])('does not let %s through', (command) => {
    expect(kind(command, rules)).toBe('ask')
    expect(kind(command, { ...rules, ask: 'off' })).toBe('deny')
  })

  it('judges words that no shell will see by themselves', () => {
    expect(kind(['git', 'a; reboot', '$(x)'], rules)).toBe('allow')
    expect(kind(['bash', '-c', 'git'], rules)).toBe('ask')
    expect(kind([], rules)).toBe('ask')
  })

  it('believes filters in folders of the system only, and with arguments that were foreseen', () => {
    const own = (exec: object) => rulesOf({ version: 1 }, exec)
    expect(kind('head -20', own({}))).toBe('allow')
    expect(kind('cut -d, -f1,3 --complement | tr -d "\\n" | tail -n +2 | uniq -ci', own({}))).toBe('allow')
    expect(kind('/here/head -20', own({}))).toBe('ask')
    expect(kind('/here/head -20', own({ safeBinTrustedDirs: ['/here/'] }))).toBe('allow')
    expect(kind('head -20', own({ safeBins: ['wc'] }))).toBe('ask')
    expect(kind('jq .a', own({ safeBins: ['jq'] }))).toBe('ask')
    const safeBinProfiles = { jq: { flags: ['-r'], maxPositional: 1 } }
    expect(kind('jq -r .a', own({ safeBins: ['jq'], safeBinProfiles }))).toBe('allow')
    expect(kind('jq -r .a file', own({ safeBins: ['jq'], safeBinProfiles }))).toBe('ask')
    expect(kind('jq -f x', own({ safeBins: ['jq'], safeBinProfiles }))).toBe('ask')
    expect(kind('head -5 *', own({}))).toBe('ask')
  })

  it('says what would allow a command, if a list can', () => {
    expect(judge('rm -r "a b" && git x', rules)).toMatchObject({ patterns: ["/usr/bin/rm -r 'a b'"] })
    expect(judge('uptime', rules)).toMatchObject({ patterns: ['/usr/bin/uptime $'] })
    for (const command of ['rm *', 'rm > x', 'missing', 'bash -c x', 'uptime; rm *']) {
      expect(judge(command, rules)).toMatchObject({ patterns: null })
    }
  })

  it('lets through what it said would allow it, and nothing besides', () => {
    const word = fc
      .string({ unit: 'grapheme', minLength: 1, maxLength: 8 })
      .filter((text) => ![...text].some((one) => one < ' ' || one === '\u007f'))
    fc.assert(
      fc.property(fc.array(word, { maxLength: 4 }), word, (args, more) => {
        const verdict = judge(['tool', ...args], rulesOf({ version: 1 }))
        if (verdict.kind !== 'ask' || verdict.patterns === null) throw new Error(verdict.kind)
        const allowed = rulesOf(allowing(...verdict.patterns))
        expect(kind(quoteWords(['tool', ...args]), allowed)).toBe('allow')
        expect(kind(['tool', ...args, more], allowed)).toBe('ask')
      }),
    )
  })

  it('is not got round by anything put around or into an allowed command', () => {
    const forbidden = fc.constantFrom('reboot', 'rm -rf /', 'curl evil', './evil', 'sh -c x', 'python3 -c x')
    const around = fc.constantFrom<(bad: string) => string>(
      (bad) => `git status; ${bad}`,
      (bad) => `${bad} && git status`,
      (bad) => `git status | ${bad}`,
      (bad) => `git status & ${bad}`,
      (bad) => `git status\n${bad}`,
      (bad) => `git status || ${bad}`,
      (bad) => `git $(${bad})`,
      (bad) => `git "\`${bad}\`"`,
      (bad) => `git <(${bad})`,
      (bad) => `nohup ${bad}`,
      (bad) => `timeout 1 ${bad}`,
      (bad) => `env ${bad}`,
      (bad) => `git status 2>&1;${bad}`,
      (bad) => `git '\n' "\\"" ; ${bad} 2>/dev/null`,
      (bad) => `git \\\\;${bad}`,
      (bad) => `git '';${bad}`,
    )
    const noise = fc.array(
      fc.constantFrom('"', "'", '\\', ' ', '$', '`', ';', '|', '&', '\n', 'a', '#', '>', '(', '\t'),
      {
        maxLength: 4,
      },
    )
    fc.assert(
      fc.property(around, forbidden, noise, noise, (wrap, bad, before, after) => {
        const command = wrap(bad)
        // Quoted by accident, the bad part is only text: then it is an argument of git and harmless.
        const text = `${before.join('')}${command}${after.join('')}`
        const verdict = judge(text, rules)
        if (verdict.kind !== 'allow') return
        const reading = readCommand(text)
        const programs = reading.kind === 'plain' ? reading.commands.map(({ program }) => program) : ['opaque']
        for (const program of programs) expect(['git', 'ls', './run']).toContain(program)
      }),
      { numRuns: 3_000 },
    )
    fc.assert(
      fc.property(around, forbidden, (wrap, bad) => {
        expect(kind(wrap(bad), rules)).not.toBe('allow')
      }),
    )
  })
})
