import { describe, expect, test } from 'vitest'
import { anthropic } from '../../adapters/anthropic.ts'
import { f, hello, refused, sent, text, user } from './anthropic-rig.ts'

describe('limits and knobs', () => {
  test.for([
    ['claude-opus-5', 128_000],
    ['claude-sonnet-4-5', 64_000],
    ['claude-zeta-9', 128_000],
    ['claude-opus-4-1-20250805', 32_000],
  ] as const)('%s may say %i tokens, and says them as a stream', ([model, max_tokens]) => {
    expect(sent({ ...hello, model, max_tokens: undefined }).body).toMatchObject({ max_tokens, stream: true })
  })

  test('the newer name of the limit wins, and a short reply is whole', () => {
    const { body } = sent({ ...hello, max_tokens: 100, max_completion_tokens: 50 })
    expect(body.max_tokens).toBe(50)
    expect(body.stream).toBeUndefined()
  })

  test.for([
    ['claude-haiku-4-5', { temperature: 1.7 }, { temperature: 1 }, 1],
    ['claude-opus-5', { temperature: 1.7 }, {}, 1],
    ['claude-opus-5', { temperature: 1 }, {}, 0],
    ['claude-sonnet-4-5', { temperature: 0.5, top_p: 0.9 }, { temperature: 0.5 }, 1],
    ['claude-sonnet-4-5', { temperature: 0, top_k: 40 }, { temperature: 0, top_k: 40 }, 0],
    ['claude-sonnet-4-6', { temperature: 0.5, reasoning_effort: 'high' }, {}, 1],
  ] as const)('%s with %j samples with %j', ([model, asked, expected, losses]) => {
    const { body, warnings } = sent({ ...hello, model, ...asked })
    const { temperature, top_p, top_k } = body
    expect(JSON.parse(JSON.stringify({ temperature, top_p, top_k }))).toEqual(expected)
    expect(warnings).toHaveLength(losses)
  })

  test('stop sequences without a visible character are dropped, reported', () => {
    const { body, warnings } = sent({ ...hello, stop: ['\n', 'END', ''] })
    expect(body.stop_sequences).toEqual(['END'])
    expect(warnings).toEqual(['stop[0]=whitespace only'])
  })

  test('who asks is told by an opaque id', () => {
    expect(sent({ ...hello, user: 'u_91' }).body.metadata).toEqual({ user_id: 'u_91' })
    expect(sent({ ...hello, user: 'a@example.com' }).body.metadata.user_id).toMatch(/^[0-9a-f]{64}$/u)
  })

  test.for([
    ['auto', undefined],
    ['default', 'standard_only'],
    ['priority', 'auto'],
    ['flex', undefined],
  ] as const)('service tier %s is %s', ([service_tier, native]) => {
    expect(sent({ ...hello, service_tier }).body.service_tier).toBe(native)
  })

  test('what has no effect is reported', () => {
    const { warnings } = sent({
      ...hello,
      seed: 1,
      prompt_cache_key: 'k',
      verbosity: 'low',
      metadata: { a: 'b' },
      store: true,
    })
    expect(warnings.map((one) => one.replace(/=.*/u, '')).toSorted()).toEqual([
      'metadata',
      'prompt_cache_key',
      'seed',
      'store',
      'verbosity',
    ])
  })

  test('log probabilities are refused', () => {
    expect(refused({ ...hello, logprobs: true }).param).toBe('logprobs')
  })
})

describe('reasoning', () => {
  const table: readonly (readonly [string, string, object | undefined, string | undefined])[] = [
    ['claude-opus-5-5', 'none', undefined, 'low'],
    ['claude-sonnet-5-5', 'none', { type: 'between_tools' }, undefined],
    ['claude-opus-5', 'none', { type: 'disabled' }, undefined],
    ['claude-opus-4-8', 'none', undefined, undefined],
    ['claude-haiku-4-5', 'none', undefined, undefined],
    ['claude-opus-5', 'minimal', { type: 'adaptive', display: 'summarized' }, 'low'],
    ['claude-opus-5', 'max', { type: 'adaptive', display: 'summarized' }, 'max'],
    ['claude-sonnet-4-6', 'xhigh', { type: 'adaptive', display: 'summarized' }, 'high'],
    ['claude-haiku-4-5', 'high', { type: 'enabled', budget_tokens: 1600 }, undefined],
  ]
  test.for(table)('%s at %s', ([model, reasoning_effort, thinking, effort]) => {
    const { body } = sent({ ...hello, model, reasoning_effort, max_tokens: 2000 })
    expect(body.thinking).toEqual(thinking)
    expect(body.output_config?.effort).toBe(effort)
  })

  test('that does not fit the limit is turned off, reported', () => {
    const { body, warnings } = sent({ ...hello, model: 'claude-haiku-4-5', reasoning_effort: 'high', max_tokens: 1200 })
    expect(body.thinking).toBeUndefined()
    expect(warnings).toHaveLength(1)
  })

  test('in the provider’s own words goes as it is', () => {
    const thinking = { type: 'adaptive', display: 'omitted' }
    expect(sent({ ...hello, thinking }).body.thinking).toEqual(thinking)
  })

  test('nobody asked for is left to the model', () => {
    expect(sent(hello).body).not.toHaveProperty('thinking')
  })
})

describe('tools', () => {
  const tools = [f, { type: 'function', function: { name: 'g' } }]

  test('without parameters take an empty object, and definitions survive', () => {
    const parameters = { properties: { a: { $ref: '#/$defs/a' } }, $defs: { a: { type: 'string' } } }
    const { body } = sent({ ...hello, tools: [tools[1], { type: 'function', function: { name: 'h', parameters } }] })
    expect(body.tools[0].input_schema).toEqual({ type: 'object', properties: {} })
    expect(body.tools[1].input_schema).toEqual({ type: 'object', ...parameters })
  })

  test.for([
    ['claude-haiku-5-5', 'required', { type: 'any' }, 0],
    ['claude-haiku-5-5', { type: 'function', function: { name: 'f' } }, { type: 'tool', name: 'f' }, 0],
    ['claude-opus-5-5', 'required', { type: 'auto' }, 1],
    ['claude-opus-5-5', 'none', { type: 'none' }, 0],
    ['claude-opus-5-5', 'auto', undefined, 0],
  ] as const)('%s, choice %j', ([model, tool_choice, choice, losses]) => {
    const { body, warnings } = sent({ ...hello, model, tools, tool_choice })
    expect(body.tool_choice).toEqual(choice)
    expect(body.tools).toHaveLength(2)
    expect(warnings).toHaveLength(losses)
    expect(JSON.stringify(body.system ?? '').includes('You must call')).toBe(losses > 0)
  })

  test('forced within a budget of thoughts turn thinking off', () => {
    const choice = { type: 'function', function: { name: 'f' } }
    const { body, warnings } = sent({
      ...hello,
      model: 'claude-sonnet-4-5',
      max_tokens: 9000,
      tools,
      tool_choice: choice,
      reasoning_effort: 'low',
    })
    expect(body.tool_choice).toEqual({ type: 'tool', name: 'f' })
    expect(body.thinking).toBeUndefined()
    expect(warnings).toHaveLength(1)
  })

  test('one at a time', () => {
    const { body } = sent({ ...hello, tools, parallel_tool_calls: false })
    expect(body.tool_choice).toEqual({ type: 'auto', disable_parallel_tool_use: true })
  })

  test('that are allowed are the only ones sent', () => {
    const allowed_tools = { mode: 'required', tools: [{ type: 'function', function: { name: 'g' } }] }
    const { body, warnings } = sent({ ...hello, tools, tool_choice: { type: 'allowed_tools', allowed_tools } })
    expect(body.tools.map(({ name }: { name: string }) => name)).toEqual(['g'])
    expect(body.tool_choice).toEqual({ type: 'any' })
    expect(warnings).toHaveLength(1)
  })

  test('whose arguments are not one object are refused', () => {
    const parameters = { type: 'object', anyOf: [{ type: 'object' }] }
    const { param } = refused({ ...hello, tools: [{ type: 'function', function: { name: 'a', parameters } }] })
    expect(param).toBe('tools[0].function.parameters')
  })

  test('are strict as long as the limits last', () => {
    const properties = Object.fromEntries(Array.from({ length: 13 }, (_, index) => [`p${index}`, { type: 'string' }]))
    const strict = (name: string) => ({
      type: 'function',
      function: { name, strict: true, parameters: { type: 'object', properties } },
    })
    const { body, warnings } = sent({ ...hello, tools: [strict('a'), strict('b')] })
    expect(body.tools.map((one: { strict?: boolean }) => one.strict)).toEqual([true, undefined])
    expect(body.tools[0].input_schema.additionalProperties).toBe(false)
    expect(body.tools[1].input_schema).toEqual({ type: 'object', properties })
    expect(warnings).toHaveLength(1)
  })

  test('include searching the web', () => {
    const { body } = sent({
      ...hello,
      web_search_options: { user_location: { type: 'approximate', approximate: { city: 'Rome' } } },
    })
    expect(body.tools).toEqual([
      { type: 'web_search_20250305', name: 'web_search', user_location: { type: 'approximate', city: 'Rome' } },
    ])
    const without = anthropic({ apiKey: 'k', webSearch: false })
    expect(refused({ ...hello, web_search_options: {} }, without).param).toBe('web_search_options')
  })
})

describe('structured answers', () => {
  const format = (schema: object) => ({ type: 'json_schema', json_schema: { name: 'p', strict: true, schema } })

  test('are native, closed, and told the constraints in words', () => {
    const schema = { type: 'object', properties: { age: { type: 'integer', minimum: 0 } }, required: ['age'] }
    expect(sent({ ...hello, response_format: format(schema) }).body.output_config.format).toEqual({
      type: 'json_schema',
      schema: {
        type: 'object',
        properties: { age: { type: 'integer', description: 'minimum: 0' } },
        required: ['age'],
        additionalProperties: false,
      },
    })
  })

  const open = { type: 'object', properties: { a: { type: 'object' } }, required: ['a'] }
  const recursive = {
    type: 'object',
    properties: { a: { $ref: '#/$defs/n' } },
    $defs: { n: { type: 'object', properties: { a: { $ref: '#/$defs/n' } } } },
  }

  test.for([open, recursive])('that cannot be closed are asked for through a tool', (schema) => {
    const { body, warnings } = sent({ ...hello, response_format: format(schema) })
    expect(body.tools).toMatchObject([{ name: 'json_output', input_schema: schema }])
    expect(body.tool_choice).toEqual({ type: 'tool', name: 'json_output', disable_parallel_tool_use: true })
    expect(warnings).toHaveLength(1)
  })

  test('that cannot be closed are asked for in words where no tool can be forced', () => {
    const { body } = sent({ ...hello, model: 'claude-opus-5-5', response_format: format(open) })
    expect(body.tools).toBeUndefined()
    expect(body.system[0].text).toContain('JSON Schema')
  })

  test('that cannot be closed are refused beside tools', () => {
    expect(refused({ ...hello, tools: [f], response_format: format(open) }).param).toBe('response_format')
  })

  test('leave tools alone', () => {
    const { body } = sent({ ...hello, tools: [f], response_format: format({ type: 'object', properties: {} }) })
    expect(body.tools).toHaveLength(1)
    expect(body.output_config.format.type).toBe('json_schema')
  })
})

describe('extensions', () => {
  test('pass as they are, with the betas they need', () => {
    const mcp_servers = [{ type: 'url', url: 'https://example.com', name: 'x' }]
    const { body, headers } = sent({ ...hello, mcp_servers, anthropic_beta: 'a-1, b-2' })
    expect(body.mcp_servers).toEqual(mcp_servers)
    expect(headers['anthropic-beta']).toBe('a-1,b-2,mcp-client-2025-11-20')
  })

  test('name a file of the store, which needs a beta', () => {
    const { body, headers } = sent({ messages: [user([text('Read'), { type: 'file', file: { file_id: 'file_1' } }])] })
    expect(body.messages[0].content[1].source).toEqual({ type: 'file', file_id: 'file_1' })
    expect(headers['anthropic-beta']).toBe('files-api-2025-04-14')
  })

  test.for(['thinking', 'output_config'])('%s has to be an object', (name) => {
    expect(refused({ ...hello, [name]: 'high' })).toEqual({ param: name, code: 'invalid_value' })
  })

  test('what is no beta is not sent, and that is reported', () => {
    const { headers, warnings } = sent({ ...hello, anthropic_beta: ['a-1', 'b: 2'] })
    expect(headers['anthropic-beta']).toBe('a-1')
    expect(warnings).toHaveLength(1)
  })
})
