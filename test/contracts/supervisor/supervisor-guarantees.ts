import type { Guarantee } from '../kit/guarantee.js'

/** Everything `supervisorContract` checks, by number. */
export const SUPERVISOR_GUARANTEES = {
  V1: {
    promise: 'of a service that was never installed there is no file, and its state is stopped and not enabled',
    because: 'commands that only look must work before anything is set up',
  },
  V2: {
    promise: 'rendering changes nothing, and is what install writes',
    because: 'a dry run shows an operator what will be there',
  },
  V3: {
    promise:
      'command line, working directory and environment read back as they were given, whatever characters they hold',
    because: 'drift is found by comparing, and a path with a blank must start the right program',
  },
  V4: {
    promise: 'install makes the service start by itself, but does not start it now; repeating it changes nothing',
    because: 'install is run again after every update',
    needs: 'isUsable',
  },
  V5: {
    promise: 'start leads to a running process with a pid; repeating it keeps that process',
    because: 'a second start must not cost anybody the connection',
    needs: 'isUsable',
  },
  V6: {
    promise: 'a stop ends the process, says whether there was one, and is final until the next start',
    because: 'stopped means stopped',
    needs: 'isUsable',
  },
  V7: {
    promise: 'restart leads to another process, also when none runs',
    because: 'a restart is how a new program or configuration comes into force',
    needs: 'isUsable',
  },
  V8: {
    promise: 'restarts asked for at the same time are one restart',
    because: 'two operators at 3 am must not fight each other',
    needs: 'joinsRestarts',
  },
  V9: {
    promise: 'a process that dies of itself is started anew, and the restart is not counted as stopped',
    because: 'that is what a supervisor is for',
    needs: 'crash',
  },
  V10: {
    promise: 'uninstall stops the service, leaves nothing behind and says whether there was anything',
    because: 'an operator who removes it must not meet it again after the next boot',
    needs: 'isUsable',
  },
  V11: {
    promise: 'starting and restarting what is not installed fails with `service-missing` and says what to do',
    because: 'the next command belongs into the message',
    needs: 'isUsable',
  },
  V12: {
    promise: 'a value with a line break is refused with `service-unwritable`, and nothing is written',
    because: 'a second line of a value would be a setting of its own',
    needs: 'isUsable',
  },
  V13: {
    promise: 'services of other profiles are neither touched nor taken for this one, and are listed as neighbours',
    because: 'a rescue gateway lives beside the broken one',
    needs: 'isUsable',
  },
  V14: {
    promise:
      'where there is no supervisor, looking works, changing fails with `supervisor-unavailable` and says what to do',
    because: 'a container is a good place for a gateway, too',
    needs: 'isUnusable',
  },
} as const satisfies Readonly<Record<string, Guarantee>>

export type SupervisorGuaranteeId = keyof typeof SUPERVISOR_GUARANTEES
