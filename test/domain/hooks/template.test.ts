import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { renderTemplate, type TemplateSource } from '../../../src/domain/hooks/template.js'

function source(payload: unknown): TemplateSource {
  return { payload, headers: { 'x-event': 'push' }, query: { team: 'a' }, path: 'ci/build' }
}

function rendered(template: string, payload: unknown = {}): string {
  return renderTemplate(template, source(payload))
}

describe('renderTemplate', () => {
  it('puts fields in place', () => {
    const payload = { user: { name: 'Ann' }, items: [{ id: 1 }, { id: 2 }], ok: true, none: null, 'a-b': 'dash' }
    expect(rendered('{{user.name}} {{ items[1].id }} {{ok}} [{{none}}] {{a-b}}', payload)).toBe('Ann 2 true [] dash')
    expect(rendered('{{items}}', payload)).toBe('[{"id":1},{"id":2}]')
    expect(rendered(`{{ user["name"] }}{{user['name']}}`, payload)).toBe('AnnAnn')
  })

  it('knows headers, query and path, and payload fields of the same names', () => {
    expect(rendered('{{headers.x-event}} {{headers["X-Event"]}} {{query.team}} {{path}}')).toBe('push push a ci/build')
    expect(rendered('{{payload.path}} {{payload.headers}}', { path: 'own', headers: 1 })).toBe('own 1')
  })

  it('makes nothing of what is not there or is no path', () => {
    expect(rendered('[{{a.b.c}}{{a[9]}}{{ }}{{a..b}}{{.a}}{{a b}}{{a[b]}}]', { a: {} })).toBe('[]')
    expect(rendered('{{unclosed', { unclosed: 1 })).toBe('{{unclosed')
  })

  it('never looks at what objects inherit', () => {
    const payload = JSON.parse('{"__proto__":{"x":"own"},"constructor":{"name":"own"},"a":{"prototype":"own"}}')
    for (const field of [
      '__proto__',
      '__proto__.x',
      'constructor',
      'constructor.name',
      'a.prototype',
      'toString',
      'a.constructor.constructor',
      'a.hasOwnProperty',
      'list.length',
      'list.map',
      'headers.constructor',
    ]) {
      expect(rendered(`<{{${field}}}>`, { ...payload, list: [1] })).toBe('<>')
    }
  })

  it('does not look again at what it put in', () => {
    expect(rendered('{{a}}', { a: '{{b}}', b: 'secret' })).toBe('{{b}}')
    expect(rendered('{{a}}', { a: '$& $1 $`' })).toBe('$& $1 $`')
  })

  it('finds every value at every depth by its path', () => {
    const key = fc
      .stringMatching(/^[A-Za-z_][A-Za-z0-9_-]{0,8}$/)
      .filter((name) => !/^(?:constructor|prototype)$/.test(name))
    const step = fc.oneof(key, fc.nat(5))
    const leaf = fc.oneof(fc.string(), fc.integer(), fc.boolean())
    fc.assert(
      fc.property(fc.array(step, { maxLength: 12 }), leaf, (steps, value) => {
        const payload = { start: steps.reduceRight<unknown>(within, value) }
        const path = steps.map((one) => (typeof one === 'number' ? `[${one}]` : `.${one}`)).join('')
        const quoted = steps.map((one) => (typeof one === 'number' ? `[${one}]` : `["${one}"]`)).join('')
        expect(rendered(`<{{start${path}}}>`, payload)).toBe(`<${value}>`)
        expect(rendered(`<{{ payload.start${quoted} }}>`, payload)).toBe(`<${value}>`)
      }),
    )
  })

  it('takes any template and any payload without a throw', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), fc.jsonValue(), (noise, payload) => {
        expect(typeof rendered(`{{${noise}}} ${noise} {{${noise}`, payload)).toBe('string')
      }),
    )
  })

  it('takes time in proportion to what it is given', () => {
    const wicked = '{{'.repeat(100_000) + 'a'.repeat(100_000)
    expect(rendered(wicked)).toBe(wicked)
  })
})

function within(value: unknown, step: string | number): unknown {
  return typeof step === 'string'
    ? { [step]: value }
    : Array.from({ length: step + 1 }, (_, at) => (at === step ? value : at))
}
