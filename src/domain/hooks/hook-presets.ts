import type { HookMapping } from './hook-mapping.js'

/** Mappings that come with the gateway; `hooks.presets` names those that are in use. */
export const HOOK_PRESETS: Readonly<Record<string, HookMapping>> = {
  gmail: {
    id: 'gmail',
    match: { path: 'gmail' },
    action: 'agent',
    name: 'Gmail',
    sessionKey: 'hook:gmail:{{messages[0].id}}',
    messageTemplate:
      'New mail from {{messages[0].from}}\nSubject: {{messages[0].subject}}\n\n{{messages[0].snippet}}\n{{messages[0].body}}',
  },
  github: {
    id: 'github',
    match: { path: 'github' },
    action: 'agent',
    name: 'GitHub',
    messageTemplate:
      'GitHub event {{headers.x-github-event}} {{action}}\nRepository: {{repository.full_name}}\nBy: {{sender.login}}\n' +
      'Reference: {{ref}}\n{{pull_request.title}}{{issue.title}}{{head_commit.message}}\n' +
      '{{pull_request.html_url}}{{issue.html_url}}{{compare}}\n\n{{comment.body}}{{review.body}}',
  },
}

/** All mappings of a configuration in the order in which they are tried: its own, then those of its presets. */
export function mappingsOf(hooks: {
  readonly mappings: readonly HookMapping[]
  readonly presets: readonly string[]
}): readonly HookMapping[] {
  const presets = hooks.presets.flatMap((name) => {
    const preset = Object.hasOwn(HOOK_PRESETS, name) ? HOOK_PRESETS[name] : undefined
    return preset === undefined ? [] : [preset]
  })
  return [...hooks.mappings, ...presets]
}
