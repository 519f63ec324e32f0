/** Variable that everything a command of an agent starts inherits; tells whose a process is that outlived its gateway. */
export const FAMILY_MARK = 'EXEC_SESSION'
