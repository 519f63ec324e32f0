import DOMPurify from 'dompurify'
import { Marked } from 'marked'

const ALLOWED_TAGS = (
  'a b blockquote br code del em h1 h2 h3 h4 h5 h6 hr i img input li ol p pre s span strong sub sup table tbody td th ' +
  'thead tr ul'
).split(' ')
const ALLOWED_ATTR = ['href', 'title', 'alt', 'src', 'class', 'align', 'start', 'type', 'checked', 'disabled']

const marked = new Marked({
  gfm: true,
  breaks: true,
  renderer: {
    /** Tags that a model writes are shown as it wrote them. */
    html: ({ text }) => escaped(text),
  },
})

/**
 * What a model wrote, as safe nodes of a page: no script, no style, no picture from elsewhere. Links open beside the
 * page and tell nobody where they were found.
 */
export function renderMarkdown(text: string): DocumentFragment {
  const dirty = marked.parse(text, { async: false })
  const fragment = DOMPurify.sanitize(dirty, { ALLOWED_TAGS, ALLOWED_ATTR, RETURN_DOM_FRAGMENT: true })
  for (const link of fragment.querySelectorAll('a')) {
    link.target = '_blank'
    link.rel = 'noopener noreferrer'
  }
  for (const image of fragment.querySelectorAll('img'))
    if (!image.src.startsWith('data:image/')) image.replaceWith(linkFor(image))
  for (const box of fragment.querySelectorAll('input')) {
    box.disabled = true
    box.setAttribute('aria-label', box.closest('li')?.textContent?.trim() || 'item')
  }
  for (const heading of fragment.querySelectorAll('h1, h2, h3, h4, h5, h6')) heading.replaceWith(headingFor(heading))
  return fragment
}

/** The page asks nobody else for anything; whoever wants to see the picture can. */
function linkFor(image: HTMLImageElement): HTMLAnchorElement {
  const link = document.createElement('a')
  link.href = image.src
  link.target = '_blank'
  link.rel = 'noopener noreferrer'
  link.textContent = image.alt || image.src
  return link
}

/** Headings of an answer are not headings of the page. */
function headingFor(heading: Element): HTMLElement {
  const paragraph = document.createElement('p')
  paragraph.className = `heading ${heading.localName}`
  paragraph.append(...heading.childNodes)
  return paragraph
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
