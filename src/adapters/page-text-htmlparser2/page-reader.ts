import type { PageContent } from '../../application/ports/page-text.js'
import { type Mark, TextWriter } from './text-writer.js'

/** What nobody reads. */
const HIDDEN: ReadonlySet<string> = new Set([
  'script',
  'style',
  'noscript',
  'template',
  'svg',
  'head',
  'iframe',
  'object',
])
const PARAGRAPHS: ReadonlySet<string> = new Set(['p', 'ul', 'ol', 'dl', 'table', 'blockquote', 'figure', 'form'])
const LINES: ReadonlySet<string> = new Set([
  'div',
  'section',
  'article',
  'main',
  'header',
  'footer',
  'nav',
  'aside',
  'tr',
  'dt',
  'dd',
  'hr',
  'option',
  'body',
])
/** Without an end tag (HTML, 13.1.2). */
const VOID: ReadonlySet<string> = new Set([
  'area',
  'base',
  'br',
  'col',
  'embed',
  'hr',
  'img',
  'input',
  'link',
  'meta',
  'source',
  'track',
  'wbr',
])

/**
 * Follows a page tag by tag and keeps nothing but the text, so that tags which are never closed cost nothing: there is no
 * tree, and at most one hidden element, one link and one list of text is remembered.
 */
export class PageReader {
  readonly #writer = new TextWriter()
  readonly #baseUrl: string
  #title = ''
  #isInTitle = false
  #hidden: { readonly tag: string; depth: number } | null = null
  #isVerbatim = false
  #link: { readonly url: string; readonly start: Mark } | null = null

  constructor(baseUrl: string) {
    this.#baseUrl = baseUrl
  }

  get content(): PageContent {
    const title = this.#title.replace(/\s+/g, ' ').trim()
    return { title: title === '' ? null : title, text: this.#writer.text }
  }

  opened(tag: string, attributes: ReadonlyMap<string, string>): void {
    if (tag === 'title' && (this.#hidden === null || this.#hidden.tag === 'head')) this.#isInTitle = true
    if (tag === 'body') this.#hidden = null
    if (this.#hidden !== null) {
      if (this.#hidden.tag === tag && !VOID.has(tag)) this.#hidden.depth++
      return
    }
    if (HIDDEN.has(tag)) this.#hidden = { tag, depth: 1 }
    else if (tag === 'br') this.#writer.breakLine()
    else if (tag === 'a') this.#openLink(attributes.get('href') ?? '')
    else if (tag === 'img') this.#writer.flow(` ${attributes.get('alt') ?? ''} `)
    else if (tag === 'li') this.#writer.breakLine()
    else if (tag === 'td' || tag === 'th') this.#writer.flow(' ')
    else this.#boundary(tag)
    if (tag === 'li') this.#writer.beginLine('- ')
    if (tag === 'pre') this.#openCode()
    const level = headingLevel(tag)
    if (level > 0) this.#writer.beginLine(`${'#'.repeat(level)} `)
  }

  closed(tag: string): void {
    if (tag === 'title') this.#isInTitle = false
    if (this.#hidden !== null) {
      if (this.#hidden.tag === tag) this.#hidden.depth--
      if (this.#hidden.depth <= 0) this.#hidden = null
      return
    }
    if (tag === 'a') this.#closeLink()
    else if (tag === 'pre') this.#closeCode()
    else if (tag === 'td' || tag === 'th') this.#writer.flow(' | ')
    else this.#boundary(tag)
    if (tag === 'li' || headingLevel(tag) > 0) this.#writer.beginLine('')
  }

  said(text: string): void {
    if (this.#isInTitle) this.#title += text
    else if (this.#hidden !== null) return
    else if (this.#isVerbatim) this.#writer.verbatim(text)
    else this.#writer.flow(text)
  }

  ended(): void {
    this.#closeLink()
    this.#closeCode()
  }

  #boundary(tag: string): void {
    if (PARAGRAPHS.has(tag) || headingLevel(tag) > 0) this.#writer.breakLine(2)
    else if (LINES.has(tag)) this.#writer.breakLine()
  }

  #openLink(href: string): void {
    this.#closeLink()
    const url = this.#webUrl(href)
    if (url === null) return
    this.#link = { url, start: this.#writer.mark }
    this.#writer.flow(' [')
  }

  #closeLink(): void {
    const link = this.#link
    this.#link = null
    if (link === null || this.#writer.takeBack(link.start)) return
    this.#writer.attach(`](${link.url})`)
  }

  #openCode(): void {
    this.#closeCode()
    this.#writer.breakLine(2)
    this.#writer.verbatim('```\n')
    this.#isVerbatim = true
  }

  #closeCode(): void {
    if (!this.#isVerbatim) return
    this.#isVerbatim = false
    this.#writer.verbatim('\n```')
    this.#writer.breakLine(2)
  }

  /** Null for what leads nowhere on the web, and for places within the page. */
  #webUrl(href: string): string | null {
    if (href === '' || href.startsWith('#') || !URL.canParse(href, this.#baseUrl)) return null
    const url = new URL(href, this.#baseUrl)
    return url.protocol === 'http:' || url.protocol === 'https:' ? url.href : null
  }
}

/** 0 = no heading. */
function headingLevel(tag: string): number {
  return /^h[1-6]$/.test(tag) ? Number(tag[1]) : 0
}
