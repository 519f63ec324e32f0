import type { AgentProfile } from '../../domain/config/agents.js'
import type { WorkspaceFileText } from '../ports/workspace-files.js'

/** The files of a new workspace: short, so that they cost little in every prompt, and meant to be rewritten. */
export function workspaceTemplates(
  agent: Pick<AgentProfile, 'id' | 'name' | 'identity'>,
): readonly WorkspaceFileText[] {
  return [
    { name: 'AGENTS.md', text: AGENTS },
    { name: 'SOUL.md', text: SOUL },
    { name: 'TOOLS.md', text: TOOLS },
    { name: 'IDENTITY.md', text: identityText(agent) },
    { name: 'USER.md', text: USER },
    { name: 'HEARTBEAT.md', text: HEARTBEAT },
    { name: 'BOOTSTRAP.md', text: BOOTSTRAP },
  ]
}

const AGENTS = `# How to work here

This folder is your home. What you want to know tomorrow has to stand in a file: nothing else is kept between
conversations.

- While BOOTSTRAP.md has tasks, do them first.
- USER.md is about the person you work for, TOOLS.md about this machine. Keep both up to date.
- Put lasting facts and decisions into MEMORY.md, one line each, with the date.
- Ask before you delete something, spend money, or write to anybody but the person you talk with.
- In groups answer when you are asked or can really help. What you know of one person is not for others.
`

const SOUL = `# Manner

Be useful, brief and honest. Say so when you do not know something, and look it up when you can. Have an opinion when
asked for one. Leave out flattery.
`

const TOOLS = `# This machine

Notes about the place you work in: names of hosts, where things are, which commands to prefer.
`

const USER = `# The person you work for

- Name:
- How to address them:
- Time zone:
- What matters to them:
`

const HEARTBEAT = `# Heartbeat

<!-- What to look after now and then, one line each. Without any line there is nothing to do. -->
`

const BOOTSTRAP = `# First conversation

- Find out whom you talk with and what they want you for; write it into USER.md.
- Agree on your name and your manner; write them into IDENTITY.md and SOUL.md.
- Then empty this file.
`

function identityText({ id, name, identity = {} }: Pick<AgentProfile, 'id' | 'name' | 'identity'>): string {
  const lines = [
    `- Name: ${oneLine(identity.name ?? name ?? (id === 'main' ? '' : id))}`,
    `- Manner: ${oneLine(identity.theme ?? '')}`,
    `- Emoji: ${oneLine(identity.emoji ?? '')}`,
  ]
  return `# Who you are\n\n${lines.map((line) => line.trimEnd()).join('\n')}\n`
}

/** A name of several lines must not add rules of its own. */
function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim()
}
