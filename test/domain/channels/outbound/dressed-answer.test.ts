import { describe, expect, it } from 'vitest'
import { dressedAnswer } from '../../../../src/domain/channels/outbound/dressed-answer.js'

const FACTS = { provider: 'acme', model: 'std', thinkingLevel: 'high', identityName: 'Ada' }
const dress = (text: string, prefix = '') => dressedAnswer(text, prefix, FACTS)

describe('dressedAnswer', () => {
  it('leaves an answer as it is, but for space around it and foreign line ends', () => {
    expect(dress('one\r\ntwo\rthree\u2028four')).toBe('one\ntwo\nthree\nfour')
    expect(dress('\n\n    code\n\nmore \n')).toBe('    code\n\nmore')
  })

  it('takes tags for channels out', () => {
    expect(dress('[[reply_to_current]] Yes. [[audio_as_voice]]')).toBe('Yes.')
  })

  it('has nothing to say where the answer is silence', () => {
    for (const silence of [
      'NO_REPLY',
      ' NO_REPLY\n',
      '**NO_REPLY**',
      '`NO_REPLY`.',
      '[[reply_to_current]] NO_REPLY',
      '',
      ' \n',
    ]) {
      expect(dress(silence, '[Ada]'), silence).toBeNull()
    }
  })

  it('says what comes before silence, and what is about silence', () => {
    expect(dress('Done.\n\nNO_REPLY')).toBe('Done.')
    expect(dress('Done. `NO_REPLY`')).toBe('Done.')
    expect(dress('Models write NO_REPLY to stay silent.')).toBe('Models write NO_REPLY to stay silent.')
    expect(dress('The constant is called MY_NO_REPLY')).toBe('The constant is called MY_NO_REPLY')
    expect(dress('No_reply')).toBe('No_reply')
  })

  it('puts the prefix before it, once', () => {
    expect(dress('Yes.', 'auto')).toBe('[Ada] Yes.')
    expect(dress('[Ada] Yes.', 'auto')).toBe('[Ada] Yes.')
    expect(dress('Yes.', '{model} of {Provider} ({modelFull}, {thinkingLevel}), {identity.name}:')).toBe(
      'std of acme (acme/std, high), Ada: Yes.',
    )
    expect(dress('Yes.', 'Answer:\n')).toBe('Answer:\nYes.')
  })

  it('leaves words in braces that mean nothing, and variables without a value', () => {
    expect(dressedAnswer('Yes.', '{mood} {model}:', {})).toBe('{mood} {model}: Yes.')
    expect(dressedAnswer('Yes.', 'auto', {})).toBe('Yes.')
  })
})
