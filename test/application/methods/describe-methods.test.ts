import { afterEach, expect, it } from 'vitest'
import { tokens } from '../../../src/bootstrap/index.js'
import { GatewayStage } from '../../doubles/gateway-stage.js'

let stage: GatewayStage

afterEach(() => stage.close())

it('every method tells its scope and what it takes', async () => {
  stage = await GatewayStage.open()
  const client = await stage.join()
  for (const { name, scope, params } of stage.gateway.get(tokens.methods).rows) {
    const told = await client.call('methods.describe', { method: name })
    expect(told).toMatchObject({ method: name, scope })
    if (params === undefined) expect(told.params).toBeNull()
    else expect(told.params).toMatchObject({ type: 'object' })
  }
})

it('parameters are JSON Schema with what is needed', async () => {
  stage = await GatewayStage.open()
  const client = await stage.join()
  const { params } = await client.call('methods.describe', { method: 'chat.send' })
  expect(params.required).toEqual(expect.arrayContaining(['sessionKey', 'message', 'idempotencyKey']))
  expect(params.properties.message).toMatchObject({ type: 'string' })
})

it('a name that is no method is refused', async () => {
  stage = await GatewayStage.open()
  const client = await stage.join()
  const response = await client.request('methods.describe', { method: 'chat.sing' })
  expect(response.error).toMatchObject({ code: 'INVALID_REQUEST', message: 'unknown method: chat.sing' })
})
