import type { JsonSchema } from './json-schema.js'

const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?$/

/**
 * The value that somebody means by a text in a field for lines of text or numbers. Numbers stay texts where the schema
 * takes texts only, and where their digits would be lost.
 */
export function valueOfText(text: string, schema: JsonSchema): string | number {
  const isNumber = NUMBER.test(text) && String(Number(text)) === text
  return isNumber && takes(schema, 'number') ? Number(text) : text
}

/** The values that are meant by lines; empty lines mean nothing. */
export function valuesOfLines(text: string, items: JsonSchema): readonly (string | number)[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .map((line) => valueOfText(line, items))
}

function takes(schema: JsonSchema, what: 'number'): boolean {
  if (schema.anyOf !== undefined) return schema.anyOf.some((shape) => takes(shape, what))
  return schema.type === what || schema.type === 'integer'
}
