/*
 * Reads what a web page says. Called with what a stranger's server answered.
 * Promises: time and memory grow with the length of the page, whatever is in it; the same page, the same text.
 * Must never run anything that is in the page, load anything it refers to, or reject.
 */
export interface PageText {
  read(page: PageSource): Promise<PageContent>
}

export interface PageSource {
  readonly html: string
  /** Where it was found; what it refers to is told in full. */
  readonly url: string
}

export interface PageContent {
  readonly title: string | null
  /** Headings, lists, links and code as in Markdown; empty when nothing is to be read without running the page. */
  readonly text: string
}
