import type { Prompts } from '../../../application/ports/prompts.js'
import type { ModelAnswer } from '../../../application/setup/setup-answers.js'
import { PROVIDER_CHOICES, type ProviderChoice } from '../../../domain/setup/provider-choices.js'
import { PROVIDER_ID } from './answers-of-flags.js'
import { needed, noControlCharacters, webAddress } from './checks.js'

type Variables = Readonly<Record<string, string | undefined>>

/** Which model answers, and with which key; undefined = that stays as it is. */
export async function askModel(prompts: Prompts, variables: Variables): Promise<ModelAnswer | undefined> {
  const word = await prompts.choose({
    message: 'Which model provider answers?',
    options: [
      ...PROVIDER_CHOICES.map((choice) => ({
        value: choice.word,
        label: choice.label,
        ...(hasKey(choice, variables) ? { hint: `${choice.keyVariable} is set` } : {}),
      })),
      { value: 'custom', label: 'Another one', hint: 'an address that speaks the OpenAI or Anthropic API' },
      { value: 'skip', label: 'Later', hint: 'the gateway echoes until a model is there' },
    ],
    initial: PROVIDER_CHOICES.find((choice) => hasKey(choice, variables))?.word ?? PROVIDER_CHOICES[0]?.word ?? 'skip',
  })
  if (word === 'skip') return undefined
  const choice = PROVIDER_CHOICES.find((candidate) => candidate.word === word)
  return choice === undefined ? askCustom(prompts) : askProvider(prompts, choice, variables)
}

async function askProvider(prompts: Prompts, choice: ProviderChoice, variables: Variables): Promise<ModelAnswer> {
  const usesKnown = hasKey(choice, variables) && (await prompts.confirm(`Use the key in ${choice.keyVariable}?`, true))
  const key = usesKnown ? null : await prompts.secret({ message: `Key of ${choice.label}`, check: needed })
  const model = await prompts.text({ message: 'Model', initial: choice.model, check: needed })
  return { kind: 'provider', choice, model: model.trim(), ...(key === null ? {} : { key: key.trim() }) }
}

async function askCustom(prompts: Prompts): Promise<ModelAnswer> {
  const baseUrl = await prompts.text({ message: 'Address', example: 'http://127.0.0.1:8080/v1', check: webAddress })
  const compatibility = await prompts.choose({
    message: 'Which API does it speak?',
    options: [
      { value: 'openai', label: 'OpenAI' },
      { value: 'anthropic', label: 'Anthropic' },
    ],
    initial: 'openai',
  })
  const model = await prompts.text({ message: 'Model', check: needed })
  const provider = await prompts.text({ message: 'What to call the provider', initial: 'custom', check: providerId })
  const key = await prompts.secret({ message: 'Its key (empty: none)', check: noControlCharacters })
  const answer = { kind: 'custom', provider, baseUrl: baseUrl.trim(), compatibility, model: model.trim() } as const
  return key.trim() === '' ? answer : { ...answer, key: key.trim() }
}

function hasKey({ keyVariable }: ProviderChoice, variables: Variables): boolean {
  return (variables[keyVariable] ?? '').trim() !== ''
}

function providerId(typed: string): string | null {
  return PROVIDER_ID.test(typed) ? null : 'letters, digits, "-" and "_" only'
}
