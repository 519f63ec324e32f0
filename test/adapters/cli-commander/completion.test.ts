import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { CliStage } from '../../doubles/cli-stage.js'

function has(program: string): boolean {
  try {
    execFileSync(program, ['--version'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

/** What bash offers behind these words. */
function offered(script: string, words: readonly string[]): string[] {
  const directory = mkdtempSync(join(tmpdir(), 'mayros-completion-'))
  try {
    const file = join(directory, 'mayros.bash')
    writeFileSync(file, script)
    const line = words.map((word) => `'${word}'`).join(' ')
    const probe = `source '${file}'; COMP_WORDS=(${line}); COMP_CWORD=${words.length - 1}; _mayros; printf '%s\\n' "\${COMPREPLY[@]}"`
    return execFileSync('bash', ['-c', probe], { encoding: 'utf8' }).split('\n').filter(Boolean)
  } finally {
    rmSync(directory, { recursive: true })
  }
}

describe('mayros completion', () => {
  it('completes commands and flags in bash', async () => {
    const { stdout, exitCode } = await new CliStage().run('completion', 'bash')
    expect(exitCode).toBe(0)
    expect(offered(stdout, ['mayros', 'gat'])).toEqual(['gateway'])
    expect(offered(stdout, ['mayros', 'gateway', 'sta'])).toContain('status')
    expect(offered(stdout, ['mayros', '--dev', 'gateway', 'status', '--no-p'])).toEqual(['--no-probe'])
    expect(offered(stdout, ['mayros', 'sessions', 'export', 'key', '--js'])).toEqual(['--json'])
  })

  it.skipIf(!has('zsh'))(`completes in zsh${has('zsh') ? '' : ' (zsh is not installed)'}`, async () => {
    const { stdout } = await new CliStage().run('completion', '--shell', 'zsh')
    expect(() => execFileSync('zsh', ['-n'], { input: stdout })).not.toThrow()
  })

  it.skipIf(!has('fish'))(`completes in fish${has('fish') ? '' : ' (fish is not installed)'}`, async () => {
    const { stdout } = await new CliStage().run('completion', 'fish')
    expect(() => execFileSync('fish', ['--no-execute'], { input: stdout })).not.toThrow()
  })

  it.skipIf(!has('pwsh'))(`completes in PowerShell${has('pwsh') ? '' : ' (pwsh is not installed)'}`, async () => {
    const { stdout } = await new CliStage().run('completion', 'pwsh')
    const probe = `${stdout}\n(TabExpansion2 -inputScript 'mayros gateway sta' -cursorColumn 18).CompletionMatches.CompletionText`
    expect(execFileSync('pwsh', ['-NoProfile', '-Command', probe], { encoding: 'utf8' })).toContain('status')
  })

  it('writes the same commands for every shell', async () => {
    for (const shell of ['bash', 'zsh', 'fish', 'powershell']) {
      const { stdout } = await new CliStage().run('completion', shell)
      for (const word of ['gateway', 'sessions', 'export', 'no-probe']) expect(stdout).toContain(word)
    }
  })

  it('is installed once', async () => {
    const cli = new CliStage()
    const document = JSON.parse((await cli.run('completion', 'fish', '--install', '--json')).stdout)
    expect(document).toEqual({
      ok: true,
      shell: 'fish',
      path: '/home/alice/.config/fish/completions/mayros.fish',
      changed: true,
    })
    expect(cli.written.get(document.path)).toContain('complete -c mayros')
  })

  it('asks for a shell it knows', async () => {
    expect(await new CliStage().run('completion', 'tcsh')).toMatchObject({ exitCode: 2 })
  })
})
