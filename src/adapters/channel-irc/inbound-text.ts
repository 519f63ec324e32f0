const COLOUR = '\u0003'
const HEX_COLOUR = '\u0004'
/** Colours are followed by their numbers. */
const COLOURS = new RegExp(`${COLOUR}(?:\\d{1,2}(?:,\\d{1,2})?)?|${HEX_COLOUR}(?:[0-9a-fA-F]{6})?`, 'gu')
/** Bold, italics and the like are single control characters; a tabulator may stay. */
const CONTROLS = /(?!\t)\p{Cc}/gu

/** What somebody wrote, without the formatting of the network. */
export function inboundText(written: string): string {
  return written.replace(COLOURS, '').replace(CONTROLS, '')
}
