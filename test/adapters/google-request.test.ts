import { describe, expect, test } from 'vitest'
import { google } from '../../adapters/google.ts'
import { assistant, call, calls, hello, tool, user } from './anthropic-rig.ts'
import { codec, G2, G3, NEWEST, refused, sent } from './google-rig.ts'

const fn = (name: string, parameters?: unknown, more = {}) => ({
  type: 'function',
  function: { name, ...(parameters === undefined ? {} : { parameters }), ...more },
})
const object = { type: 'object', properties: { a: { type: 'string' } } }
const config = (asked: object) => sent({ ...hello, ...asked }).body.generationConfig
const withConfig = (asked: object) => {
  const { body, warnings } = sent({ ...hello, ...asked })
  return { config: body.generationConfig, warnings }
}

test('the example of the documentation', () => {
  const { body, path, warnings } = sent({
    messages: [{ role: 'system', content: 'Be terse.' }, user('Hi')],
    max_completion_tokens: 64,
    temperature: 0.2,
    stop: 'END',
    seed: Number.MAX_SAFE_INTEGER,
    presence_penalty: 0,
  })
  expect(body).toEqual({
    systemInstruction: { parts: [{ text: 'Be terse.' }] },
    contents: [{ role: 'user', parts: [{ text: 'Hi' }] }],
    generationConfig: { maxOutputTokens: 64, temperature: 0.2, stopSequences: ['END'], seed: 2147483647 },
  })
  expect(path).toBe('/v1beta/models/gemini-2.5-flash:generateContent')
  expect(warnings).toEqual([])
})

describe('the path', () => {
  test.for([
    ['tunedModels/mine', false, '/v1beta/tunedModels/mine:generateContent'],
    [G2, true, '/v1beta/models/gemini-2.5-flash:streamGenerateContent?alt=sse'],
  ] as const)('of %s, streamed %s, is %s', ([model, stream, path]) => {
    expect(sent({ ...hello, model, stream }).path).toBe(path)
  })

  test.for(['../files', 'gemini?key=1', 'a&b'])('refuses %s', (model) => {
    expect(refused({ ...hello, model }).param).toBe('model')
  })
})

describe('sampling', () => {
  test.for([
    [G2, { n: 2 }, { candidateCount: 2 }, []],
    [G2, { n: 1 }, undefined, []],
    [G2, { stop: [] }, undefined, []],
    [G2, { top_k: 40 }, { topK: 40 }, []],
    [G3, { presence_penalty: 0 }, undefined, []],
    [G3, { presence_penalty: 0.5 }, undefined, ['presence_penalty=unsupported']],
    ['gemini-2.0-flash', { presence_penalty: 0.5 }, { presencePenalty: 0.5 }, []],
    [G3, { temperature: 0.5 }, { temperature: 0.5 }, []],
    [NEWEST, { temperature: 0.5 }, undefined, ['temperature=unsupported']],
    [G2, { seed: -5 }, { seed: -5 }, []],
    [G2, { logit_bias: { 5: 1 } }, undefined, ['logit_bias=unsupported']],
  ] as const)('%s: %j is sent as %j', ([model, asked, native, warnings]) => {
    expect(withConfig({ model, ...asked })).toEqual({ config: native, warnings })
  })

  test('takes no more than five stop sequences', () => {
    expect(refused({ ...hello, stop: ['a', 'b', 'c', 'd', 'e', 'f'] }).param).toBe('stop')
  })

  test('tells how likely tokens are, where the place does', () => {
    const warn = (): void => {}
    const request = { model: G2, stream: false, messages: [{ role: 'user', content: 'a' }], logprobs: true } as const
    expect(codec().encode({ ...request, topLogprobs: 0 }, warn).body).toMatchObject({
      generationConfig: { responseLogprobs: true },
    })
    expect(codec().encode({ ...request, topLogprobs: 3 }, warn).body).toMatchObject({
      generationConfig: { logprobs: 3 },
    })
    expect(refused({ ...hello, logprobs: true }).param).toBe('logprobs')
  })
})

describe('thinking', () => {
  const budget = (thinkingBudget: number) => ({ thinkingBudget, includeThoughts: true })
  const level = (thinkingLevel: string) => ({ thinkingLevel, includeThoughts: true })
  const always = (what: string) => [`reasoning_effort=this model always thinks, sent as ${what}`]
  const instead = (what: string) => [`reasoning_effort=unsupported by this model, sent as ${what}`]

  test.for([
    [G2, 'none', { thinkingBudget: 0 }, []],
    [G2, 'low', budget(1024), []],
    [G2, 'max', budget(24_576), []],
    ['gemini-2.5-pro', 'none', { thinkingBudget: 128 }, always('128 tokens')],
    ['gemini-2.5-pro', 'xhigh', budget(32_768), []],
    [NEWEST, 'none', { thinkingLevel: 'LOW' }, always('low')],
    [NEWEST, 'minimal', level('LOW'), []],
    [NEWEST, 'max', level('HIGH'), instead('high')],
    ['gemini-3-flash-preview', 'none', { thinkingLevel: 'MINIMAL' }, always('minimal')],
    [G3, 'medium', level('HIGH'), instead('high')],
    ['gemini-3.1-flash-lite-image', 'low', level('MINIMAL'), instead('minimal')],
    ['gemini-flash-latest', 'medium', level('MEDIUM'), []],
    ['gemini-2.0-flash', 'high', undefined, ['reasoning_effort=unsupported']],
    // "3" in a name is no generation.
    ['gemini-1.5-pro-003', 'high', undefined, ['reasoning_effort=unsupported']],
  ] as const)('%s thinks as much as "%s" says', ([model, reasoning_effort, thinkingConfig, warnings]) => {
    expect(withConfig({ model, reasoning_effort })).toEqual({
      config: thinkingConfig && { thinkingConfig },
      warnings,
    })
  })

  test('leaves room for the reply', () => {
    expect(withConfig({ reasoning_effort: 'high', max_tokens: 2000 })).toEqual({
      config: { maxOutputTokens: 2000, thinkingConfig: budget(1000) },
      warnings: ['reasoning_effort=lowered to 1000 tokens, to leave room for the reply'],
    })
  })

  test('stays within what the model takes', () => {
    expect(withConfig({ reasoning: { max_tokens: 50_000 } })).toEqual({
      config: { thinkingConfig: budget(24_576) },
      warnings: ['reasoning.max_tokens=clamped to 24576'],
    })
  })

  test('is hidden from those who do not want to see it', () => {
    expect(config({ reasoning: { effort: 'low', exclude: true } })).toEqual({
      thinkingConfig: { thinkingBudget: 1024 },
    })
  })

  test.for([{ google: thinking() }, { extra_body: { google: thinking() } }])(
    'goes by the native words: %j',
    (extra) => {
      expect(config(extra)).toEqual({ thinkingConfig: { thinkingBudget: -1, includeThoughts: true } })
      expect(refused({ ...hello, ...extra, reasoning_effort: 'low' }).param).toBe('reasoning_effort')
    },
  )

  function thinking() {
    return { thinking_config: { thinking_budget: -1, include_thoughts: true } }
  }
})

describe('tools', () => {
  const declared = (tools: unknown[], model = G2) => sent({ ...hello, model, tools }).body.tools[0].functionDeclarations

  test.for([undefined, {}, { type: 'object', properties: {} }])(
    'without parameters go without a schema: %j',
    (parameters) => {
      expect(declared([fn('f', parameters)])).toEqual([{ name: 'f', description: '' }])
    },
  )

  test('have their schema untouched', () => {
    const schema = {
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      type: 'object',
      properties: {
        next: { $ref: '#/$defs/N', description: 'tail' },
        k: { type: ['integer', 'null'] },
        const: { const: 1 },
      },
      $defs: { N: { type: 'object', properties: { next: { $ref: '#/$defs/N' } } } },
    }
    expect(declared([fn('f', schema, { description: 'F' })])).toEqual([
      { name: 'f', description: 'F', parametersJsonSchema: schema },
    ])
  })

  test('have it in other words where the model knows no JSON Schema', () => {
    const schema = { type: 'object', properties: { k: { type: ['integer', 'null'], enum: [1, 2, null] } } }
    expect(declared([fn('f', schema)], 'gemma-3-27b-it')).toEqual([
      {
        name: 'f',
        description: '',
        parameters: {
          type: 'object',
          properties: { k: { type: 'integer', format: 'enum', enum: ['1', '2'], nullable: true } },
        },
      },
    ])
  })

  test('take one object', () => {
    expect(refused({ ...hello, tools: [fn('f', { type: 'array' })] }).param).toBe('tools[0].function.parameters')
  })

  test('have names that fit, everywhere', () => {
    const { body, undo } = sent({
      tools: [fn('2fast', object), fn('a b', object)],
      tool_choice: { type: 'function', function: { name: '2fast' } },
      messages: [user('a'), calls(call('t1', '{}', '2fast')), tool('t1', '1')],
    })
    expect(body.tools[0].functionDeclarations[0].name).toBe('_2fast')
    expect(body.tools[0].functionDeclarations[1].name).toMatch(/^_a_b_[0-9a-f]{12}$/u)
    expect(body.toolConfig.functionCallingConfig.allowedFunctionNames).toEqual(['_2fast'])
    expect(body.contents[1].parts[0].functionCall.name).toBe('_2fast')
    expect(body.contents[2].parts[0].functionResponse.name).toBe('_2fast')
    expect(undo?.names?.get('_2fast')).toBe('2fast')
    expect(undo?.names?.get('default_api._2fast')).toBe('2fast')
  })

  test('of two names never become one', () => {
    const names = declared([fn('2fast', object), fn('_2fast', object)]).map(({ name }: { name: string }) => name)
    expect(names[1]).toBe('_2fast')
    expect(names[0]).toMatch(/^_2fast_[0-9a-f]{12}$/u)
  })

  const both = [fn('a', object), fn('b', object)]
  const allowed = (mode: string) => ({
    type: 'allowed_tools',
    allowed_tools: { mode, tools: [{ type: 'function', function: { name: 'a' } }] },
  })

  test.for([
    [G2, 'auto', undefined],
    [G2, 'none', { mode: 'NONE' }],
    [G2, 'required', { mode: 'ANY' }],
    [G2, { type: 'function', function: { name: 'b' } }, { mode: 'ANY', allowedFunctionNames: ['b'] }],
    [G2, allowed('required'), { mode: 'ANY', allowedFunctionNames: ['a'] }],
    [G3, allowed('auto'), { mode: 'VALIDATED', allowedFunctionNames: ['a'] }],
  ] as const)('%s: %j is %j', ([model, tool_choice, functionCallingConfig]) => {
    const { body } = sent({ ...hello, model, tools: both, tool_choice })
    expect(body.toolConfig).toEqual(functionCallingConfig && { functionCallingConfig })
  })

  test('that are not allowed are left out where that cannot be said', () => {
    const result = sent({ ...hello, model: 'gemini-2.0-flash', tools: both, tool_choice: allowed('auto') })
    expect(result.body.tools[0].functionDeclarations).toHaveLength(1)
    expect(result.warnings).toEqual(['tool_choice=the other tools were left out'])
  })

  test.for([
    [[true, undefined], { functionCallingConfig: { mode: 'VALIDATED' } }],
    [[true, false], undefined],
    [[undefined, undefined], undefined],
  ] as const)('that are strict, %j, are held to their schemas', ([strict, toolConfig]) => {
    const tools = strict.map((value, index) => fn(`f${index}`, object, value === undefined ? {} : { strict: value }))
    expect(sent({ ...hello, tools }).body.toolConfig).toEqual(toolConfig)
  })

  test('of the provider’s own have entries of their own', () => {
    const { body, warnings } = sent({
      ...hello,
      model: G3,
      tools: [fn('f', object), { type: 'url_context' }, { type: 'code_execution' }],
      web_search_options: { search_context_size: 'high' },
      google: { tools: [{ google_maps: {} }] },
    })
    expect(body.tools.slice(1)).toEqual([
      { urlContext: {} },
      { codeExecution: {} },
      { googleSearch: {} },
      { googleMaps: {} },
    ])
    expect(warnings).toEqual(['web_search_options.search_context_size=unsupported'])
  })

  test.for([
    [{ tools: [{ type: 'web_search_preview' }] }, 'tools[0].type'],
    [{ tools: [fn('f', object)], web_search_options: {} }, 'web_search_options'],
    [{ tools: [fn('f', object), { type: 'google_search' }] }, 'tools'],
  ] as const)('%j is refused', ([asked, param]) => {
    expect(refused({ ...hello, ...asked }).param).toBe(param)
  })

  test('are called once where that is asked for', () => {
    expect(sent({ ...hello, tools: both, parallel_tool_calls: false }).undo?.single).toBe(true)
  })
})

describe('the form of the answer', () => {
  const schema = {
    type: 'object',
    properties: { a: { type: 'integer' } },
    required: ['a'],
    additionalProperties: false,
  }
  const format = { type: 'json_schema', json_schema: { name: 'out', strict: true, schema, description: 'D' } }

  test('is said by a schema, or by a type', () => {
    expect(config({ response_format: format })).toEqual({
      responseMimeType: 'application/json',
      responseJsonSchema: { ...schema, description: 'D' },
    })
    expect(config({ response_format: { type: 'json_object' } })).toEqual({ responseMimeType: 'application/json' })
  })

  test('is asked for in words beside tools, where the model cannot do both', () => {
    const { body, warnings } = sent({ ...hello, tools: [fn('f', object)], response_format: format })
    expect(body.generationConfig).toBeUndefined()
    expect(body.systemInstruction.parts[0].text).toContain(JSON.stringify(schema))
    expect(warnings).toEqual(['response_format=not possible beside tools with this model, asked for in words'])
    expect(
      sent({ ...hello, model: G3, tools: [fn('f', object)], response_format: format }).body.generationConfig,
    ).toMatchObject({ responseJsonSchema: schema })
  })

  test('may be pictures, or sound', () => {
    expect(config({ model: 'gemini-2.5-flash-image', modalities: ['text', 'image'] })).toEqual({
      responseModalities: ['TEXT', 'IMAGE'],
    })
    const speech = { model: 'gemini-2.5-flash-preview-tts', modalities: ['text', 'audio'] }
    expect(config({ ...speech, audio: { voice: 'Kore', format: 'pcm16' } })).toEqual({
      responseModalities: ['AUDIO'],
      speechConfig: { voiceConfig: { prebuiltVoiceConfig: { voiceName: 'Kore' } } },
    })
    expect(refused({ ...hello, ...speech, audio: { voice: 'Kore', format: 'mp3' } }).param).toBe('audio.format')
    expect(refused({ ...hello, modalities: ['audio'] }).param).toBe('modalities')
    expect(refused({ ...hello, modalities: ['text', 'image'] }).param).toBe('modalities')
    expect(refused({ ...hello, ...speech, modalities: ['image'] }).param).toBe('modalities')
  })
})

describe('the provider’s own words', () => {
  test('pass where they are known', () => {
    const { body } = sent({
      ...hello,
      safety_settings: [{ category: 'HARM_CATEGORY_HARASSMENT', threshold: 'BLOCK_NONE' }],
      google: {
        generation_config: { top_k: 3, media_resolution: 'MEDIA_RESOLUTION_LOW' },
        image_config: { imageSize: '1K' },
        aspect_ratio: '16:9',
      },
    })
    expect(body.safetySettings).toEqual([{ category: 'HARM_CATEGORY_HARASSMENT', threshold: 'BLOCK_NONE' }])
    expect(body.generationConfig).toEqual({
      topK: 3,
      mediaResolution: 'MEDIA_RESOLUTION_LOW',
      imageConfig: { imageSize: '1K', aspectRatio: '16:9' },
    })
  })

  test('name what is cached', () => {
    expect(sent({ ...hello, cached_content: 'cachedContents/abc' }).body.cachedContent).toBe('cachedContents/abc')
    expect(refused({ ...hello, cached_content: 'cachedContents/abc', tools: [fn('f', object)] }).param).toBe('tools')
  })

  test.for([
    [{ google: { thinking_confg: {} } }, 'google.thinking_confg'],
    [{ google: { thinking_config: { budget: 1 } } }, 'google.thinking_config.budget'],
    [{ extra_body: { other: {} } }, 'extra_body.other'],
    [{ google: {}, extra_body: { google: {} } }, 'google'],
    [{ google: 'x' }, 'google'],
    [{ google: { labels: { a: 'b' } } }, 'google.labels'],
    [{ google: { generation_config: { response_schema: {} } }, response_format: schemaFormat() }, 'response_format'],
  ] as const)('are refused where they are not: %j', ([asked, param]) => {
    expect(refused({ ...hello, ...asked }).param).toBe(param)
  })

  test.for([
    ['flex', { serviceTier: 'flex' }, []],
    ['default', {}, []],
    ['scale', {}, ['service_tier=unsupported']],
  ] as const)('the tier "%s" is %j', ([service_tier, native, warnings]) => {
    const result = sent({ ...hello, service_tier })
    expect(result.body).toEqual({ contents: expect.anything(), ...native })
    expect(result.warnings).toEqual(warnings)
  })
})

describe('a request that was refused', () => {
  const mend = (message: string, asked: Record<string, unknown>) => {
    const failure = { status: 400, type: 'invalid_request_error', code: null, param: null, message }
    const request = { model: G3, stream: false, messages: [], ...asked } as Parameters<
      NonNullable<ReturnType<typeof codec>['amend']>
    >[0]
    const amendment = codec().amend?.(request, failure)
    return amendment && codec().encode(amendment.apply(request), () => {}).body
  }
  const history = [
    { role: 'user', content: 'a' },
    {
      role: 'assistant',
      blocks: [{ type: 'tool', id: 't1', name: 'f', text: '{}', extra: { google: { thought_signature: 'AAAA' } } }],
    },
    { role: 'tool', id: 't1', content: '1' },
  ]

  test('for a signature goes again without any', () => {
    expect(mend('Thought signature is not valid', { messages: history })).toMatchObject({
      contents: [{}, { parts: [{ thoughtSignature: 'c2tpcF90aG91Z2h0X3NpZ25hdHVyZV92YWxpZGF0b3I=' }] }, {}],
    })
  })

  test('for ids goes again without them', () => {
    expect(JSON.stringify(mend('Invalid JSON payload. Unknown name "id" at …', { messages: history }))).not.toContain(
      't1',
    )
  })

  test('for its end goes on', () => {
    const messages = [history[0], { role: 'assistant', blocks: [{ type: 'text', text: 'b' }] }]
    const body = mend('Requests ending with a model turn are not supported', { messages })
    expect(body).toMatchObject({ contents: [{}, {}, { role: 'user', parts: [{ text: ' ' }] }] })
  })

  test('for anything else is not sent again', () => {
    expect(mend('Request contains an invalid argument.', { messages: history })).toBeUndefined()
  })
})

test('addresses are read by the provider only where that is configured', () => {
  const part = { type: 'image', source: { type: 'url', url: '' } } as const
  const url = new URL('https://example.com/a.png')
  expect(codec().takes?.(url, part)).toBe(false)
  expect(codec(google({ apiKey: 'k', addresses: true })).takes?.(url, part)).toBe(true)
  expect(codec().takes?.(new URL('https://youtu.be/abc'), part)).toBe(true)
})

test('a longer history begins like a shorter one', () => {
  const short = [user('a'), calls(call('t1', '{}', 'f')), tool('t1', '1')]
  const long = [...short, assistant('b'), user('c')]
  const [one, other] = [short, long].map((messages) => sent({ messages, tools: [fn('f')] }).text)
  expect(other?.startsWith(one?.slice(0, -2) ?? '-')).toBe(true)
})

function schemaFormat() {
  return { type: 'json_schema', json_schema: { name: 'x', schema: { type: 'object' } } }
}
