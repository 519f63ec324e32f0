export type ToastKind = 'ok' | 'info' | 'warn' | 'danger'

/** What `<mayros-toasts>` hears. */
export class ToastEvent extends Event {
  readonly text: string
  readonly kind: ToastKind

  constructor(text: string, kind: ToastKind) {
    super('mayros-toast')
    this.text = text
    this.kind = kind
  }
}

/** Tells at the end of the page what came of something; failures stay until they are dismissed. */
export function toast(text: string, kind: ToastKind = 'info'): void {
  window.dispatchEvent(new ToastEvent(text, kind))
}
