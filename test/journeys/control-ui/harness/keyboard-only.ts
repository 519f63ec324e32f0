import assert from 'node:assert/strict'
import type { Page } from 'playwright-core'
import { until } from '../../harness/until.js'

/** What has the focus. */
export interface Focused {
  /** What it is called: its label, else its text. */
  readonly name: string
  readonly tag: string
  /** Whether it, or a frame close around it, shows that it has the focus. */
  readonly isMarked: boolean
  readonly isInView: boolean
  /** Inside the view, not in the navigation around it. */
  readonly isInMain: boolean
  readonly isInDialog: boolean
}

/** Runs in the page. */
const FOCUSED = `(() => {
  let element = document.activeElement
  const hosts = []
  while (element?.shadowRoot?.activeElement) {
    hosts.push(element)
    element = element.shadowRoot.activeElement
  }
  if (element === null || element === document.body) return null
  const label = [...(element.labels ?? [])].map((one) => one.textContent).join(' ')
  const name = element.getAttribute('aria-label') || label || element.textContent || ''
  const around = [element, element.parentElement, element.parentElement?.parentElement]
  const { top, bottom, left, right } = element.getBoundingClientRect()
  const isMark = ({ outlineStyle, outlineWidth }) => outlineStyle !== 'none' && parseFloat(outlineWidth) > 0
  const isIn = (selector) => [element, ...hosts].some((one) => one.closest(selector) !== null)
  return {
    name: name.replace(/\\s+/g, ' ').trim(),
    tag: element.localName,
    isMarked: around.some((one) => one?.matches(':focus-within') && isMark(getComputedStyle(one))),
    isInView: bottom > 0 && right > 0 && top < innerHeight && left < innerWidth,
    isInMain: isIn('main'),
    isInDialog: isIn('dialog, mayros-dialog'),
  }
})()`

const MOST_STEPS = 120

/** A person without a mouse. Everything that gets the focus on the way has to show it and to be in sight. */
export class KeyboardOnly {
  readonly #page: Page

  constructor(page: Page) {
    this.#page = page
  }

  /** Null = nothing but the page itself. */
  focused(): Promise<Focused | null> {
    return this.#page.evaluate<Focused | null>(FOCUSED)
  }

  async type(text: string): Promise<void> {
    await this.#page.keyboard.type(text)
  }

  /** Presses a key and checks what has the focus then. */
  async press(key: string): Promise<Focused | null> {
    await this.#page.keyboard.press(key)
    const focused = await this.focused()
    if (focused === null) return null
    const which = `${focused.tag} "${focused.name.slice(0, 60)}" on ${this.#page.url()}`
    assert.equal(focused.isMarked, true, `nothing shows that the focus is on ${which}`)
    // The browser brings it into sight with the next frame.
    if (!focused.isInView) {
      await until(`sight of ${which}`, async () => {
        const now = await this.focused()
        return now === null || now.isInView || now.name !== focused.name
      })
    }
    return focused
  }

  /** Goes on until something of this name has the focus. */
  async goTo(name: string | RegExp, key: 'Tab' | 'Shift+Tab' = 'Tab'): Promise<Focused> {
    const passed: string[] = []
    for (let step = 0; step < MOST_STEPS; step++) {
      const focused = await this.press(key)
      if (focused !== null && isCalled(focused, name)) return focused
      passed.push(focused?.name.slice(0, 30) ?? '-')
    }
    throw new Error(`the focus never came to ${name}; it passed ${passed.join(', ')}`)
  }

  /** Waits until something of this name has the focus without a key being pressed. */
  async waitFor(name: string | RegExp): Promise<void> {
    await until(`the focus on ${name}`, async () => {
      const focused = await this.focused()
      return focused !== null && isCalled(focused, name)
    })
  }
}

function isCalled({ name }: Focused, wanted: string | RegExp): boolean {
  return typeof wanted === 'string' ? name === wanted : wanted.test(name)
}
