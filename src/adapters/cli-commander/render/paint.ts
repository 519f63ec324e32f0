export interface Paint {
  dim(text: string): string
  red(text: string): string
  yellow(text: string): string
  cyan(text: string): string
}

const wrap = (open: number, close: number) => (text: string) => `\u001b[${open}m${text}\u001b[${close}m`
const plain = (text: string) => text
const COLOURS: Paint = { dim: wrap(2, 22), red: wrap(31, 39), yellow: wrap(33, 39), cyan: wrap(36, 39) }
const NONE: Paint = { dim: plain, red: plain, yellow: plain, cyan: plain }

/** Colours only where somebody looks: no pipe, no NO_COLOR, no dumb terminal; FORCE_COLOR turns them on. */
export function paintFor(isTTY: boolean, env: Readonly<Record<string, string | undefined>>, wanted: boolean): Paint {
  if (!wanted || (env.NO_COLOR ?? '') !== '') return NONE
  const forced = (env.FORCE_COLOR ?? '') !== '' && env.FORCE_COLOR !== '0'
  return forced || (isTTY && env.TERM !== 'dumb') ? COLOURS : NONE
}
