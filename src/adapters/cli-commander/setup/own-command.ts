import type { CommandContext } from '../command-context.js'

/** A command about the instance this one is about: `mayros --dev gateway`. */
export async function ownCommand(context: CommandContext, words: string): Promise<string> {
  const { profile } = await context.environment()
  if (profile === null) return `mayros ${words}`
  return profile === 'dev' ? `mayros --dev ${words}` : `mayros --profile ${profile} ${words}`
}
