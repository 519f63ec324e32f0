import { html } from 'lit'
import { GatewayView } from '../../elements/gateway-view.js'

/** Being built. */
export class DebugView extends GatewayView {
  override render() {
    return html`<h1>Being built</h1>`
  }
}

customElements.define('mayros-debug-view', DebugView)
