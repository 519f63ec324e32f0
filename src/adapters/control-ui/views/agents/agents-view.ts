import { html } from 'lit'
import { keyed } from 'lit/directives/keyed.js'
import { GatewayView } from '../../elements/gateway-view.js'
import './agent-list.js'
import './agent-page.js'

/** All agents, or the one that the address names. */
export class AgentsView extends GatewayView {
  override render() {
    const { connection, route } = this
    const [id] = route.parts
    if (id === undefined) {
      return html`<mayros-agent-list .connection=${connection} .route=${route}></mayros-agent-list>`
    }
    return keyed(id, html`<mayros-agent-page .connection=${connection} .route=${route}></mayros-agent-page>`)
  }
}

customElements.define('mayros-agents-view', AgentsView)
