import type { PageContent, PageSource, PageText } from '../../application/ports/page-text.js'
import { PageReader } from './page-reader.js'

/** Attributes that say something to a reader; the others are passed over unread. */
const READ: ReadonlySet<string> = new Set(['href', 'alt'])

/**
 * The text of pages, by the tokenizer of htmlparser2. Its parser is not used: it looks through every open element at every
 * new one, so that a page of nothing but `<div>` would hold everybody up.
 */
export class Htmlparser2PageText implements PageText {
  async read({ html, url }: PageSource): Promise<PageContent> {
    const { Tokenizer } = await import('htmlparser2')
    const reader = new PageReader(url)
    let tag = ''
    let attributes = new Map<string, string>()
    let attribute: string | null = null
    const add = (text: string) => {
      if (attribute !== null) attributes.set(attribute, (attributes.get(attribute) ?? '') + text)
    }
    const opened = () => {
      reader.opened(tag, attributes)
      tag = ''
    }
    const tokenizer = new Tokenizer(
      { xmlMode: false, decodeEntities: true },
      {
        onopentagname: (start, end) => {
          tag = html.slice(start, end).toLowerCase()
          attributes = new Map()
        },
        onattribname: (start, end) => {
          const name = html.slice(start, end).toLowerCase()
          attribute = READ.has(name) && !attributes.has(name) ? name : null
        },
        onattribdata: (start, end) => add(html.slice(start, end)),
        onattribentity: (codepoint) => add(String.fromCodePoint(codepoint)),
        onattribend: () => {
          attribute = null
        },
        onopentagend: opened,
        onselfclosingtag: opened,
        onclosetag: (start, end) => reader.closed(html.slice(start, end).toLowerCase()),
        ontext: (start, end) => reader.said(html.slice(start, end)),
        ontextentity: (codepoint) => reader.said(String.fromCodePoint(codepoint)),
        oncdata: () => undefined,
        oncomment: () => undefined,
        ondeclaration: () => undefined,
        onprocessinginstruction: () => undefined,
        onend: () => reader.ended(),
      },
    )
    tokenizer.write(html)
    tokenizer.end()
    return reader.content
  }
}
