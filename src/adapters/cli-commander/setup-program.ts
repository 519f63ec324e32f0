import type { Command } from 'commander'
import type { CommandContext } from './command-context.js'
import { examples } from './examples.js'
import { oneOf } from './option-values.js'
import type { ConfigureFlags, OnboardFlags, SetupFlags } from './setup/setup-flags.js'
import { answerOptions, placeOptions, sectionOption } from './setup/setup-flags.js'

/** `mayros setup`, `onboard` and `configure`; the commands are loaded when they are called. */
export function addSetup(
  program: Command,
  contextOf: (command: Command) => CommandContext,
  ended: (exitCode: number) => void,
): void {
  placeOptions(program.command('setup'))
    .description('make what a gateway needs to start, and keep what is there')
    .option('--wizard', 'ask for everything: the same as mayros onboard')
    .addHelpText('after', examples('mayros setup', 'mayros --dev setup'))
    .action(async (flags: SetupFlags, command: Command) => {
      const { setup } = await import('./setup/setup.js')
      ended(await setup(contextOf(command), flags))
    })
  answerOptions(program.command('onboard'))
    .description('from nothing to a gateway that answers, question by question')
    .option('--flow <flow>', 'quickstart, manual', oneOf('--flow', ['quickstart', 'manual']))
    .option('--accept-risk', 'an agent with tools can do what this account can')
    .option('--reset', 'first move everything of this profile to a dated backup')
    .option('--skip-channels', 'do not speak of channels')
    .option('--skip-skills', 'do not speak of skills')
    .option('--skip-health', 'do not look whether the gateway answers')
    .option('--skip-ui', 'do not name the link of the UI')
    .addHelpText(
      'after',
      examples(
        'mayros onboard',
        'mayros onboard --non-interactive --accept-risk --anthropic-api-key - --install-daemon',
      ),
    )
    .action(async (flags: OnboardFlags, command: Command) => {
      const { onboard } = await import('./setup/onboard.js')
      ended(await onboard(contextOf(command), flags))
    })
  sectionOption(answerOptions(program.command('configure')))
    .description('change parts of the set-up, question by question')
    .addHelpText(
      'after',
      examples('mayros configure --section model', 'mayros configure --non-interactive --gateway-port 18800'),
    )
    .action(async (flags: ConfigureFlags, command: Command) => {
      const { configure } = await import('./setup/configure.js')
      ended(await configure(contextOf(command), flags))
    })
}
