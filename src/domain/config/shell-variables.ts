/** Keys that may be taken from the login shell of whoever runs the gateway; never anything else of it. */
export const SHELL_VARIABLES: readonly string[] = [
  'OPENAI_API_KEY',
  'ANTHROPIC_API_KEY',
  'GEMINI_API_KEY',
  'GOOGLE_API_KEY',
  'OPENROUTER_API_KEY',
  'GROQ_API_KEY',
  'MISTRAL_API_KEY',
  'XAI_API_KEY',
  'ZAI_API_KEY',
  'MOONSHOT_API_KEY',
  'MINIMAX_API_KEY',
  'DEEPSEEK_API_KEY',
  'TELEGRAM_BOT_TOKEN',
  'DISCORD_BOT_TOKEN',
  'SLACK_BOT_TOKEN',
  'SLACK_APP_TOKEN',
  'IRC_PASSWORD',
  'MAYROS_GATEWAY_TOKEN',
  'MAYROS_GATEWAY_PASSWORD',
]

/** Those that the environment does not have; one that is set to nothing is there. */
export function missingShellVariables(variables: Readonly<Record<string, string | undefined>>): readonly string[] {
  return SHELL_VARIABLES.filter((name) => variables[name] === undefined)
}
