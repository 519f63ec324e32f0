import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { telegramHtml } from '../../../src/adapters/channel-telegram/telegram-html.js'
import { readHtml } from '../../doubles/telegram-bot-api/html-check.js'

describe('telegramHtml', () => {
  it.each([
    ['marks', 'a **b** *c* ~~d~~ `e<f>`', 'a <b>b</b> <i>c</i> <s>d</s> <code>e&lt;f&gt;</code>'],
    ['text that looks like HTML', '1 < 2 & <script>x</script>', '1 &lt; 2 &amp; &lt;script&gt;x&lt;/script&gt;'],
    ['headings', '# One\n\ntwo', '<b>One</b>\n\ntwo'],
    ['line breaks', 'one\ntwo', 'one\ntwo'],
    ['links', '[a & b](https://x.y/?q="1"&r=2)', '<a href="https://x.y/?q=&quot;1&quot;&amp;r=2">a &amp; b</a>'],
    ['links that lead nowhere', '[x](javascript:alert(1)) [y](./z)', 'x y'],
    ['images', '![a cat](https://x.y/cat.png)', '<a href="https://x.y/cat.png">a cat</a>'],
    [
      'code with a language',
      '```ts\nlet a = 1 < 2\n```',
      '<pre><code class="language-ts">let a = 1 &lt; 2</code></pre>',
    ],
    ['code that has not ended', '```\nlet a', '<pre>let a</pre>'],
    ['quotations in quotations', '> a\n>\n> > b', '<blockquote>a\nb</blockquote>'],
    ['lists', '- a\n  1. b\n  2. c\n- [x] d', '• a\n   1. b\n   2. c\n☑ d'],
    ['numbers of lists', '3. c\n4. d', '3. c\n4. d'],
  ])('shows %s', (_, markdown, html) => {
    expect(telegramHtml(markdown, 'code')).toBe(html)
  })

  it('shows tables as configured', () => {
    const table = '| Name | Age |\n|---|---|\n| **Ann** | 7 |\n| Bo | 10 |'
    expect(telegramHtml(table, 'code')).toBe('<pre>Name | Age\n-----|----\nAnn  | 7\nBo   | 10</pre>')
    expect(telegramHtml(table, 'bullets')).toBe('• Ann\n   Age: 7\n• Bo\n   Age: 10')
    expect(telegramHtml(table, 'off')).toBe(table)
  })

  it('never makes HTML that Telegram refuses', () => {
    const pieces = fc.constantFrom(
      '**',
      '*',
      '_',
      '`',
      '```\n',
      '> ',
      '- ',
      '1. ',
      '# ',
      '\n',
      '\n\n',
      '<b>',
      '</i>',
      '&',
      '[',
      '](http://a.b)',
      '|',
      '|-|\n',
      '"',
      'word ',
      '~~',
      '\\',
      '<br>',
      '  ',
    )
    fc.assert(
      fc.property(fc.array(fc.oneof(pieces, fc.string()), { maxLength: 30 }), (parts) => {
        expect(readHtml(telegramHtml(parts.join(''), 'code'))).not.toBeNull()
      }),
      { numRuns: 500 },
    )
  })
})
