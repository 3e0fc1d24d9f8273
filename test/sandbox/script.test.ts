import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Prompt, script, tokens } from '../../src/sandbox.ts'
import { sample } from '../../src/sandbox/sample.ts'

function prompt(text: string, more: Partial<Prompt> = {}): Prompt {
  const nothing = { instructions: '', attachments: [], results: [], tools: [], stop: [] }
  return { model: 'm', text, choice: 'auto', parallel: true, thinking: false, ...nothing, ...more }
}

describe('the scripted model', () => {
  test('keeps to every limit, and cuts no character in half', () => {
    const lone = /[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/u
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.nat(40), fc.boolean(), (text, limit, thinking) => {
        const { acts, output, end } = script(prompt(text, { limit, thinking }))
        expect(output).toBeLessThanOrEqual(limit)
        expect(output).toBe(acts.reduce((sum, act) => sum + tokens(act.text), 0))
        expect(acts.some((act) => lone.test(act.text))).toBe(false)
        expect(end === 'length' || acts.every((act) => !act.cut)).toBe(true)
      }),
    )
  })

  test.each([
    ['Weather in Paris and Rome?', ['Paris', 'Rome']],
    ['weather in New York, São Paulo and Rio', ['New York', 'São Paulo', 'Rio']],
    ['What is the weather "near the sea"?', ['near the sea']],
    ['Weather in Paris, France', ['France']],
    ['What is the weather like?', ['sample']],
  ])('%s', (text, cities) => {
    const schema = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] }
    const { acts } = script(prompt(text, { tools: [{ name: 'getWeather', schema }] }))
    expect(acts.map((act) => JSON.parse(act.text))).toEqual(cities.map((city) => ({ city })))
  })

  test('answers in words where no tool is meant', () => {
    expect(script(prompt('Hello', { tools: [{ name: 'get_weather', schema: {} }] })).end).toBe('done')
  })
})

describe('samples', () => {
  test.each([
    [{ const: 0 }, 0],
    [{ enum: ['b', 'a'] }, 'b'],
    [{ type: 'string', default: '' }, ''],
    [{ type: ['null', 'boolean'] }, true],
    [{ type: ['null'] }, null],
    [{ type: 'integer', minimum: 2.5 }, 3],
    [{ type: 'integer', exclusiveMinimum: 4, multipleOf: 5 }, 5],
    [{ type: 'number', maximum: 0 }, 0],
    [{ type: 'string', minLength: 8 }, 'word....'],
    [{ type: 'string', maxLength: 2 }, 'wo'],
    [{ type: 'string', format: 'uuid' }, '00000000-0000-4000-8000-000000000000'],
    [{ type: 'array', items: { type: 'null' }, minItems: 2 }, [null, null]],
    [{ anyOf: [{ $ref: '#/$defs/a' }], $defs: { a: { type: 'boolean' } } }, true],
    [
      {
        allOf: [
          { properties: { a: { const: 1 } }, required: ['a'] },
          { properties: { b: { const: 2 } }, required: ['b'] },
        ],
      },
      { a: 1, b: 2 },
    ],
    [{ type: 'object', properties: { a: { const: 1 }, b: { const: 2 } }, required: ['b'] }, { b: 2 }],
    [{ type: 'object', properties: { a: { const: 1 } } }, { a: 1 }],
    [{}, 'word'],
  ])('%j', (schema, value) => {
    expect(sample(schema, ['other', 'word'])).toEqual(value)
  })

  test('come to an end where schemas do not', () => {
    const tree = {
      type: 'object',
      properties: { left: { $ref: '#' }, right: { $ref: '#' }, all: { type: 'array', items: { $ref: '#' } } },
    }
    expect(JSON.stringify(sample(tree, [])).length).toBeLessThan(10_000)
    expect(sample({ $ref: '#' }, [])).toBe('sample')
    expect(sample({ anyOf: [{ $ref: '#' }] }, [])).toBe('sample')
  })
})
