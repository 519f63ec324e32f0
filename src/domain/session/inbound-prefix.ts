/** `Sender (untrusted metadata):` and its kin, with the fenced JSON that follows. */
const METADATA_BLOCK = /^[A-Z][A-Za-z ]{0,60} \(untrusted[^)\n]{0,40}\):\n```json\n[\s\S]*?\n```\s*/

/** How channels name themselves in envelopes. */
const CHANNEL =
  'WhatsApp|Telegram|Discord|Slack|Signal|iMessage|BlueBubbles|Google Chat|Microsoft Teams|Teams|Matrix|Mattermost|Zalo|LINE|IRC|WebChat'

/** `[Wed 2026-01-28 20:30 UTC] `, and behind a channel and a sender: `[Telegram Ann id:7 2026-01-28 20:30 UTC] `. */
const ENVELOPE = new RegExp(
  `^\\[(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) |(?:${CHANNEL}) [^\\]\\n]{0,160}?)` +
    '\\d{4}-\\d{2}-\\d{2}[ T]\\d{2}:\\d{2}(?::\\d{2})?(?:Z| [A-Za-z0-9+:_/-]{1,32})?\\] ?',
)

/** A line that only carries the channel's id of the message. */
const MESSAGE_ID_LINE = /^\[message_id: [^\]\n]{1,200}\]\s*/

/** What a person wrote, without what was put in front of it for the model: metadata, channel, time. */
export function withoutInboundPrefix(text: string): string {
  let rest = text
  for (let before = ''; before !== rest; ) {
    before = rest
    rest = rest.replace(METADATA_BLOCK, '').replace(MESSAGE_ID_LINE, '')
  }
  return rest.replace(ENVELOPE, '')
}
