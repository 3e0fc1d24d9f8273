import { describe, expect, test } from 'vitest'
import { openApiSchema } from '../../adapters/google/strict-parts.ts'
import type { JsonObject } from '../../src/canonical.ts'
import { toOpenApi } from '../../src/wire/schema.ts'

const NULLABLE = { type: 'string', nullable: true }

describe('a JSON Schema in the dialect of OpenAPI', () => {
  test.for<readonly [JsonObject, JsonObject]>([
    [{ type: ['string', 'null'] }, NULLABLE],
    [{ anyOf: [{ type: 'string' }, { type: 'null' }] }, NULLABLE],
    [{ type: 'string', nullable: true }, NULLABLE],
    [{ type: ['string', 'integer'] }, { anyOf: [{ type: 'string' }, { type: 'integer' }] }],
    [{ oneOf: [{ type: 'string' }, { type: 'integer' }] }, { anyOf: [{ type: 'string' }, { type: 'integer' }] }],
    [{ const: 'x' }, { type: 'string', enum: ['x'] }],
    [
      { type: ['integer', 'null'], enum: [1, 2, null] },
      { type: 'integer', format: 'enum', enum: ['1', '2'], nullable: true },
    ],
    [
      { allOf: [{ properties: { a: { type: 'string' } } }, { properties: { b: {} }, required: ['b'] }] },
      { type: 'object', properties: { a: { type: 'string' }, b: {} }, required: ['b'] },
    ],
    [
      { type: 'object', properties: { a: true, b: { type: 'string' } }, required: ['a', 'b'] },
      object({ b: { type: 'string' } }, ['b']),
    ],
    [{ type: 'array' }, { type: 'array', items: { type: 'string' } }],
    [
      { type: 'array', prefixItems: [{ type: 'string' }, { type: 'number' }] },
      { type: 'array', items: { anyOf: [{ type: 'string' }, { type: 'number' }] } },
    ],
    [
      { $schema: 's', type: 'integer', description: 'N', exclusiveMinimum: 0, multipleOf: 2 },
      { type: 'integer', description: 'N (exclusiveMinimum: 0, multipleOf: 2)' },
    ],
    // Members are not keywords, whatever their names.
    [
      object({ default: { type: 'string' }, $ref: { type: 'string' } }),
      object({ default: { type: 'string' }, $ref: { type: 'string' } }),
    ],
  ])('%j is %j', ([schema, expected]) => {
    const converted = toOpenApi(schema)
    expect(converted).toEqual(expected)
    expect(openApiSchema.safeParse(converted).error).toBeUndefined()
  })

  test('has what it referred to in its place', () => {
    const schema = object({ next: { $ref: '#/$defs/N', description: 'tail' } })
    const $defs = { N: object({ next: { $ref: '#/$defs/N' } }) }
    expect(toOpenApi({ ...schema, $defs })).toEqual(
      object({ next: { ...object({ next: { type: 'object', description: 'Like N.' } }), description: 'tail' } }),
    )
  })

  test('ends where it refers to itself', () => {
    expect(toOpenApi(object({ me: { $ref: '#' } }))).toEqual(
      object({ me: object({ me: { type: 'object', description: 'Like the whole.' } }) }),
    )
  })

  test('touches no prototype', () => {
    // As JSON text, for in code the member would set the prototype.
    const schema = JSON.parse('{"type":"object","properties":{"__proto__":{"type":"string"}}}')
    expect(Object.keys(Object(toOpenApi(schema)['properties']))).toEqual(['__proto__'])
    expect(Reflect.get({}, 'type')).toBeUndefined()
  })
})

function object(properties: JsonObject, required?: readonly string[]): JsonObject {
  return { type: 'object', properties, ...(required && { required }) }
}
