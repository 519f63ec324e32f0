import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Htmlparser2PageText } from '../../src/adapters/page-text-htmlparser2/htmlparser2-page-text.js'

const pages = new Htmlparser2PageText()
const read = (html: string) => pages.read({ html, url: 'https://example.org/a/b.html?x=1' })
const text = async (html: string) => (await read(html)).text

describe('the text of a page', () => {
  it('is what a reader sees, with headings, lists, links and code', async () => {
    const page = await read(`<!doctype html><html><head><title> A &amp;
      B </title><style>p { color: red }</style><script>alert("<p>no</p>")</script></head>
      <body><nav><a href="/">Home</a></nav><h1>Title   <em>one</em></h1>
      <p>Some <b>bold</b>, <a href="c.html#d">a link</a>&nbsp;and <a href="#top">the top</a>.<br>Next line
      <p>Second paragraph
      <ul><li>first<li><p>second</p></ul>
      <table><tr><th>Key</th><th>Value</th></tr><tr><td>1</td><td>&lt;2&gt;</td></tr></table>
      <pre>if (x)\n  y()</pre>After <img src="x.png" alt="a picture"> it
      <!-- a comment --><noscript>no script</noscript><svg><text>drawn</text></svg></body></html>`)
    expect(page.title).toBe('A & B')
    expect(page.text.split('\n')).toEqual([
      '[Home](https://example.org/)',
      '',
      '# Title one',
      '',
      'Some bold, [a link](https://example.org/a/c.html#d) and the top.',
      'Next line',
      '',
      'Second paragraph',
      '',
      '- first',
      '',
      '- second',
      '',
      'Key | Value |',
      '1 | <2> |',
      '',
      '```',
      'if (x)',
      '  y()',
      '```',
      '',
      'After a picture it',
    ])
  })

  it('leads to the web only, and leaves out links around nothing', async () => {
    expect(await text('<a href="javascript:alert(1)">click</a> <a href="mailto:a@b.c">mail</a>')).toBe('click mail')
    expect(await text('a <a href="/x"> <img src=y> </a> b')).toBe('a b')
    expect(await text('<a href="http://[">broken</a> <a href="//other.example/p">other</a>')).toBe(
      'broken [other](https://other.example/p)',
    )
    expect(await text('<a href="/1">one <a href="/2">two')).toBe(
      '[one](https://example.org/1) [two](https://example.org/2)',
    )
  })

  it('goes on after tags that are not closed, or not opened', async () => {
    expect(await text('</p></div>a<b>b<i>c</b></i></script>d')).toBe('abcd')
    expect(await text('<head><meta charset=utf-8><title>T</title><body>seen')).toBe('seen')
    expect(await text('<svg><path/></svg>after <template><template>x</template>y</template>shown')).toBe('after shown')
    expect(await text('plain text, 3 < 4 & 5 > 2')).toBe('plain text, 3 < 4 & 5 > 2')
    expect(await read('')).toEqual({ title: null, text: '' })
  })

  it('comes soon, whatever the page is made of', async () => {
    const bombs = [
      '<div>',
      '<a href="/x">',
      '<a href="',
      '&',
      '<',
      '<!--',
      '<script>',
      '<pre>',
      '<ul><li>',
      '</a>',
      '&notit;',
    ]
    for (const bomb of bombs) {
      const { text: read } = await pages.read({ html: `${bomb.repeat(100_000)} end`, url: 'https://example.org/' })
      expect(read.length, bomb).toBeLessThan(5_000_000)
    }
  })

  it('is had of anything, and never shows a script', async () => {
    const bit = fc.constantFrom(
      '<p>',
      '</p>',
      '<a href=x>',
      '</a>',
      '<pre>',
      '</pre>',
      '<li>',
      '<td>',
      '<title>',
      '</title>',
      '<svg>',
      '</svg>',
      'word',
      ' ',
      '\n',
      '&amp;',
      '<br/>',
      '<h2>',
      '</h2>',
    )
    await fc.assert(
      fc.asyncProperty(fc.array(fc.oneof(bit, fc.string({ maxLength: 6 }))), async (bits) => {
        const shown = await text(`${bits.join('')}`)
        expect(shown).toBe(shown.trim())
        expect(await text(`<script>s3cret${bits.join('').replaceAll('<', '')}</script>`)).not.toContain('s3cret')
      }),
    )
  })
})
