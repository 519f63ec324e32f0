import { Lexer, type Token, type Tokens } from 'marked'
import { type TableStyle, tableText } from './table-text.js'

/** Addresses that Telegram makes links of. */
const LINKABLE = /^(?:https?|tg|mailto|tel):/i

/**
 * Markdown as models write it, as the HTML of the Bot API (https://core.telegram.org/bots/api#html-style): everything
 * that is not one of its few tags is text and escaped. Headings become bold, lists become lines, images become links.
 */
export function telegramHtml(markdown: string, tables: TableStyle): string {
  return new Page(tables).blocks(new Lexer({ gfm: true, breaks: true }).lex(markdown), '\n\n').trim()
}

export function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
}

/** The lexer types its tokens loosely; these are the ones that it makes. */
type Known =
  | Tokens.Blockquote
  | Tokens.Br
  | Tokens.Checkbox
  | Tokens.Code
  | Tokens.Codespan
  | Tokens.Def
  | Tokens.Del
  | Tokens.Em
  | Tokens.Escape
  | Tokens.Heading
  | Tokens.Hr
  | Tokens.HTML
  | Tokens.Image
  | Tokens.Link
  | Tokens.List
  | Tokens.ListItem
  | Tokens.Paragraph
  | Tokens.Space
  | Tokens.Strong
  | Tokens.Table
  | Tokens.Tag
  | Tokens.Text

class Page {
  readonly #tables: TableStyle
  /** Telegram refuses a quotation within one. */
  #isQuoting = false

  constructor(tables: TableStyle) {
    this.#tables = tables
  }

  blocks(tokens: readonly Token[], between: string): string {
    return tokens
      .map((token) => this.#block(token as Known))
      .filter((block) => block !== '')
      .join(between)
  }

  #block(token: Known): string {
    switch (token.type) {
      case 'space':
      case 'def':
        return ''
      case 'heading':
        return `<b>${this.#inline(token.tokens)}</b>`
      case 'hr':
        return '———'
      case 'code':
        return code(token)
      case 'blockquote':
        return this.#quotation(token)
      case 'list':
        return this.#list(token)
      case 'table':
        return this.#table(token)
      case 'html':
        return escapeHtml(token.text.trim())
      default:
        return this.#inline([token])
    }
  }

  #inline(tokens: readonly Token[] = []): string {
    return tokens.map((token) => this.#span(token as Known)).join('')
  }

  #span(token: Known): string {
    switch (token.type) {
      case 'strong':
        return `<b>${this.#inline(token.tokens)}</b>`
      case 'em':
        return `<i>${this.#inline(token.tokens)}</i>`
      case 'del':
        return `<s>${this.#inline(token.tokens)}</s>`
      case 'codespan':
        return `<code>${escapeHtml(token.text)}</code>`
      case 'br':
        return '\n'
      case 'link':
        return link(token.href, this.#inline(token.tokens))
      case 'image':
        return link(token.href, escapeHtml(token.text || 'image'))
      case 'checkbox':
        return token.checked ? '☑ ' : '☐ '
      case 'html':
        return /^<br\s*\/?>$/i.test(token.text) ? '\n' : escapeHtml(token.text)
      case 'paragraph':
        return this.#inline(token.tokens)
      case 'text':
        return token.tokens === undefined ? escapeHtml(token.text) : this.#inline(token.tokens)
      case 'escape':
        return escapeHtml(token.text)
      default:
        return escapeHtml(token.raw)
    }
  }

  #quotation({ tokens }: Tokens.Blockquote): string {
    if (this.#isQuoting) return this.blocks(tokens, '\n')
    this.#isQuoting = true
    const quoted = this.blocks(tokens, '\n')
    this.#isQuoting = false
    return `<blockquote>${quoted}</blockquote>`
  }

  #list({ items, ordered, start, loose }: Tokens.List): string {
    return items
      .map((item, index) => {
        const mark = ordered ? `${(start || 1) + index}.` : item.task ? '' : '•'
        return `${mark} ${this.#item(item)}`.trimStart()
      })
      .join(loose ? '\n\n' : '\n')
  }

  /** The text of an item on the line of its mark, everything below it indented. */
  #item({ tokens }: Tokens.ListItem): string {
    const below = tokens.findIndex(({ type }) => type !== 'text' && type !== 'paragraph' && type !== 'checkbox')
    const first = this.#inline(below === -1 ? tokens : tokens.slice(0, below))
    if (below === -1) return first
    const rest = this.blocks(tokens.slice(below), '\n')
    return `${first}\n${rest.includes('<pre>') ? rest : rest.replace(/^/gm, '   ')}`
  }

  #table(token: Tokens.Table): string {
    if (this.#tables === 'off') return escapeHtml(token.raw.trim())
    const cells = (row: readonly Tokens.TableCell[]) => row.map(({ tokens }) => plainText(tokens))
    const text = escapeHtml(tableText(cells(token.header), token.rows.map(cells), this.#tables))
    return this.#tables === 'code' ? `<pre>${text}</pre>` : text
  }
}

function code({ text, lang = '' }: Tokens.Code): string {
  const [language = ''] = lang.trim().split(/\s/)
  if (!/^[\w+#.-]+$/.test(language)) return `<pre>${escapeHtml(text)}</pre>`
  return `<pre><code class="language-${escapeHtml(language)}">${escapeHtml(text)}</code></pre>`
}

function link(href: string, html: string): string {
  return LINKABLE.test(href) ? `<a href="${escapeHtml(href)}">${html}</a>` : html
}

function plainText(tokens: readonly Token[]): string {
  return (tokens as readonly Known[])
    .map((token) => {
      if (token.type === 'br') return ' '
      if ('tokens' in token && token.tokens !== undefined) return plainText(token.tokens)
      return 'text' in token ? token.text : token.raw
    })
    .join('')
}
