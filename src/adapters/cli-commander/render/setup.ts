import type { SetUpHome, SetupStep } from '../../../application/setup/set-up-home.js'
import { shortPath } from './words.js'

/** `created ~/.mayros/mayros.json`, a line for each thing that was looked after. */
export function stepLines({ steps }: Pick<SetUpHome, 'steps'>, home: string): string[] {
  return steps.map(({ action, path }) => `${action} ${shortPath(path, home)}`)
}

/** The same for programs. */
export function stepDocuments({ steps }: Pick<SetUpHome, 'steps'>): readonly SetupStep[] {
  return steps.map(({ action, what, path }) => ({ action, what, path }))
}
