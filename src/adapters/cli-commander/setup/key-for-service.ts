import type { SetupAnswers } from '../../../application/setup/setup-answers.js'
import type { CommandContext } from '../command-context.js'

/** A service does not see the variables of this shell: the key that the model needs goes with the others into `.env`. */
export async function keyForService(context: CommandContext, answers: SetupAnswers): Promise<SetupAnswers> {
  const { model } = answers
  if (model?.kind !== 'provider' || model.key !== undefined) return answers
  const { variables } = await context.environment()
  const key = variables[model.choice.keyVariable]
  return key === undefined ? answers : { ...answers, model: { ...model, key } }
}
