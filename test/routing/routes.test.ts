/** Where virtual models lead. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Route } from '../../src/routes.ts'
import { error, hang, rig, type Scripted, scripted } from './rig.ts'

let a: Scripted
let b: Scripted
let c: Scripted

beforeEach(async () => {
  ;[a, b, c] = await Promise.all([scripted('from a'), scripted('from b'), scripted('from c')])
})

afterEach(async () => {
  await Promise.all([a.close(), b.close(), c.close()])
})

const user = (content: unknown): object => ({ messages: [{ role: 'user', content }] })
const PIXEL =
  'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='
const tool = { type: 'function', function: { name: 'f', parameters: { type: 'object' } } }

describe('a weighted model', () => {
  const split = { weights: { 'a/m': 90, 'b/m': 10 }, sticky: 'user' } satisfies Route

  test('shares requests as its weights say', async () => {
    let lot = 0
    const { ask } = rig(
      { a, b },
      { models: { split: { weights: { 'a/m': 90, 'b/m': 10 } } }, random: () => (lot = (lot + 0.01) % 1) },
    )
    for (let count = 0; count < 100; count++) await ask({ model: 'split' })
    expect([a.calls.length, b.calls.length]).toEqual([90, 10])
  })

  test('keeps a user to one model, and users to their share', async () => {
    const { ask } = rig({ a, b }, { models: { split } })
    for (let who = 0; who < 100; who++) {
      const [first, second] = [
        await ask({ model: 'split', user: `u${who}` }),
        await ask({ model: 'split', user: `u${who}` }),
      ]
      expect(second.content).toBe(first.content)
    }
    expect(b.calls.length / 2).toBeGreaterThan(2)
    expect(b.calls.length / 2).toBeLessThan(25)
  })

  test('keeps to a header', async () => {
    const { ask } = rig({ a, b }, { models: { split: { weights: { 'a/m': 1, 'b/m': 1 }, sticky: 'header:x-tenant' } } })
    const told = await Promise.all(['t', 't', 't'].map((tenant) => ask({ model: 'split' }, { 'x-tenant': tenant })))
    expect(new Set(told.map(({ content }) => content)).size).toBe(1)
  })

  test('falls back on the others', async () => {
    a.script(error(500))
    const { ask } = rig({ a, b }, { models: { split: { weights: { 'a/m': 1, 'b/m': 0.0001 } } } })
    expect((await ask({ model: 'split' })).content).toBe('from b')
  })
})

describe('rules go by', () => {
  const to = (when: object): Record<string, Route> => ({ ruled: { rules: [{ when, use: 'a/m' }], otherwise: 'b/m' } })
  const cases: readonly (readonly [what: string, when: object, yes: object, no: object])[] = [
    ['tools', { tools: true }, { tools: [tool] }, {}],
    ['no tools', { tools: false }, {}, { tools: [tool] }],
    ['pictures', { images: true }, user([{ type: 'image_url', image_url: { url: PIXEL } }]), user('No picture.')],
    ['files', { files: true }, user([{ type: 'file', file: { file_id: 'f' } }]), user('No file.')],
    [
      'a schema',
      { schema: true },
      { response_format: { type: 'json_schema', json_schema: { name: 's', schema: {} } } },
      { response_format: { type: 'json_object' } },
    ],
    ['thinking', { reasoning: true }, { reasoning_effort: 'high' }, { reasoning_effort: 'none' }],
    ['length', { inputTokens: { least: 1000 } }, user('word '.repeat(1000)), user('word')],
    ['metadata', { metadata: { team: 'red*' } }, { metadata: { team: 'red-2' } }, { metadata: { team: 'blue' } }],
    ['the user', { user: 'vip-*' }, { user: 'vip-1' }, { user: 'me' }],
    [
      'how hard it seems',
      { complexity: { least: 0.4 } },
      {
        ...user('Prove step by step, compare and refactor:\n```ts\nlet a\n```\n'.repeat(200)),
        reasoning_effort: 'high',
        tools: [tool],
      },
      user('Hi!'),
    ],
    [
      'several things at once',
      { tools: true, reasoning: true },
      { tools: [tool], reasoning_effort: 'low' },
      { tools: [tool] },
    ],
  ]
  test.each(cases)('%s', async (_, when, yes, no) => {
    const { ask } = rig({ a, b }, { models: to(when) })
    expect((await ask({ model: 'ruled', ...yes })).content).toBe('from a')
    expect((await ask({ model: 'ruled', ...no })).content).toBe('from b')
  })

  test('headers', async () => {
    const { ask } = rig({ a, b }, { models: to({ headers: { 'X-Tier': 'gold' } }) })
    expect((await ask({ model: 'ruled' }, { 'x-tier': 'gold' })).content).toBe('from a')
    expect((await ask({ model: 'ruled' }, { 'x-tier': 'tin' })).content).toBe('from b')
  })

  test('the first that holds, and routes may lead to routes', async () => {
    const models: Record<string, Route> = {
      outer: {
        rules: [
          { when: { tools: true }, use: { fallback: ['a/m', 'inner'] } },
          { when: {}, use: 'c/m' },
        ],
        otherwise: 'b/m',
      },
      inner: { fallback: ['b/m'] },
    }
    a.script(error(500))
    const { ask, log } = rig({ a, b, c }, { models })
    expect((await ask({ model: 'outer', tools: [tool] })).content).toBe('from b')
    expect((await ask({ model: 'outer' })).content).toBe('from c')
    expect(log.map(({ route }) => route?.[0])).toEqual(['outer: rule 1 holds', 'outer: rule 2 holds'])
  })
})

describe('a client', () => {
  test('may name models to fall back on', async () => {
    a.script(error(500))
    const { ask } = rig({ a, b })
    expect((await ask({ models: ['b/m'] })).content).toBe('from b')
    expect(b.calls[0]?.body).not.toHaveProperty('models')
  })

  test('is told what is wrong with them', async () => {
    const { ask } = rig({ a, b })
    const { status, text } = await ask({ models: 'b/m' })
    expect([status, JSON.parse(text).error.param]).toEqual([400, 'models'])
    expect((await ask({ models: ['nobody/m'] })).status).toBe(404)
  })

  test('is told that a route leads in a circle', async () => {
    const { ask } = rig({ a }, { models: { one: { fallback: ['two'] }, two: { fallback: ['one'] } } })
    expect((await ask({ model: 'one' })).code).toBe('invalid_route')
  })

  test('sees a decision and its reasons in a dry run, and nobody is asked', async () => {
    const { ask } = rig(
      { a, b },
      {
        models: { smart: { rules: [{ when: { tools: true }, use: 'a/m' }], otherwise: { fallback: ['b/m', 'a/m'] } } },
      },
    )
    const { text } = await ask({ model: 'smart' }, { 'x-dragoman-dry-run': 'true' })
    expect(JSON.parse(text)).toMatchObject({
      provider: 'b',
      route: ['smart: no rule holds', 'in turn'],
      targets: ['b/m', 'a/m'],
    })
    expect(a.calls.length + b.calls.length).toBe(0)
  })
})

describe('an ensemble', () => {
  test('tells every reply as a choice, with the model that gave it', async () => {
    const { ask } = rig({ a, b }, { models: { panel: { ensemble: ['a/m', 'b/m'] } } })
    const { text, headers } = await ask({ model: 'panel' })
    const { choices, usage } = JSON.parse(text)
    expect(
      choices.map((choice: { model: string; message: { content: string } }) => [choice.model, choice.message.content]),
    ).toEqual([
      ['a/m', 'from a'],
      ['b/m', 'from b'],
    ])
    expect(usage).toMatchObject({ prompt_tokens: 2000, completion_tokens: 200 })
    expect(headers.get('x-model-router-attempts')).toBe('2')
  })

  test('streams them side by side', async () => {
    const { ask } = rig({ a, b }, { models: { panel: { ensemble: ['a/m', 'b/m'] } } })
    const { text } = await ask({ model: 'panel', stream: true })
    const chunks = [...text.matchAll(/^data: (\{.*)$/gmu)].map(([, json]) => JSON.parse(json ?? ''))
    const said = ['', '']
    for (const { choices } of chunks) for (const { index, delta } of choices) said[index] += delta.content ?? ''
    expect(said.toSorted()).toEqual(['from a', 'from b'])
    expect(text.endsWith('data: [DONE]\n\n')).toBe(true)
  })

  test('does without a member that fails, and says so; fails where all do', async () => {
    a.script(error(500))
    const { ask } = rig({ a, b }, { models: { panel: { ensemble: ['a/m', 'b/m'] } } })
    const { text, headers } = await ask({ model: 'panel' })
    expect(JSON.parse(text).choices).toHaveLength(1)
    expect(headers.get('x-dragoman-warnings')).toContain('a/m did not answer')
    a.script(error(500))
    b.script(error(500))
    expect((await ask({ model: 'panel' })).status).toBe(500)
  })

  test('tells the first that is complete, and ends the others, though they have not even begun', async () => {
    a.script(hang)
    const { ask } = rig({ a, b }, { models: { race: { ensemble: ['a/m', 'b/m'], pick: 'first' } } })
    const { content, headers } = await ask({ model: 'race' })
    expect(content).toBe('from b')
    expect(headers.has('x-dragoman-warnings')).toBe(false)
    await new Promise((resolve) => setTimeout(resolve, 100))
    expect(a.aborted).toBe(1)
  })

  test('tells the one a judge picks, or the first where the judge cannot be understood', async () => {
    const models = { judged: { ensemble: ['a/m', 'b/m'], pick: { judge: 'c/m' } } } satisfies Record<string, Route>
    const { ask } = rig({ a, b, c }, { models })
    const says = (text: string) => (response: import('node:http').ServerResponse) => {
      response.writeHead(200, { 'content-type': 'application/json' })
      response.end(
        JSON.stringify({
          id: 'j',
          choices: [{ index: 0, message: { role: 'assistant', content: text }, finish_reason: 'stop' }],
        }),
      )
    }
    c.script(says('{"best":2}'))
    expect((await ask({ model: 'judged' })).content).toBe('from b')
    expect(JSON.stringify(c.calls[0]?.body)).toContain('from a')
    c.script(says('I cannot say.'))
    const unsure = await ask({ model: 'judged' })
    expect([unsure.content, unsure.headers.get('x-dragoman-warnings')]).toEqual([
      'from a',
      'model=the judge was not understood',
    ])
    c.script(error(500))
    expect((await ask({ model: 'judged' })).content).toBe('from a')
  })
})

test('virtual models are listed among the others, and found', async () => {
  const { gateway } = rig({ a, b }, { models: { smart: { fallback: ['a/m'] } } })
  const { data } = await (await gateway.fetch('http://gateway/v1/models')).json()
  const ids = data.map(({ id }: { id: string }) => id)
  expect(ids).toEqual(expect.arrayContaining(['smart', 'auto', 'auto/cheap', 'auto/fast', 'auto/best']))
  expect(await (await gateway.fetch('http://gateway/v1/models/smart')).json()).toEqual({
    id: 'smart',
    object: 'model',
    created: 0,
    owned_by: 'dragoman',
  })
})
