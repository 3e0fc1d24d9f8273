import { describe, expect, test } from 'vitest'
import { chat } from '../../src/surfaces/chat/index.ts'
import { parseJson } from '../../src/wire/json.ts'

type Warning = readonly [param: string, reason: string]

function parse(body: unknown): { request: ReturnType<typeof chat.parse>['request']; warnings: Warning[] } {
  const warnings: Warning[] = []
  const { request } = chat.parse(body, (param, reason) => warnings.push([param, reason]))
  return { request, warnings }
}

function ask(members: object): ReturnType<typeof parse> {
  return parse({ model: 'm', messages: [{ role: 'user', content: 'Hi' }], ...members })
}

function say(...messages: unknown[]): { messages: readonly unknown[]; warnings: Warning[] } {
  const { request, warnings } = parse({ model: 'm', messages })
  return { messages: request.messages, warnings }
}

const user = { role: 'user', content: 'Hi' }

describe('reads', () => {
  test('every parameter', () => {
    const { request, warnings } = ask({
      stream: true,
      max_completion_tokens: 9,
      temperature: 0,
      top_p: 1,
      top_k: 5,
      stop: 'END',
      n: 2,
      seed: 0,
      frequency_penalty: -1,
      presence_penalty: 1,
      logit_bias: { 50256: -100 },
      logprobs: true,
      top_logprobs: 0,
      response_format: {
        type: 'json_schema',
        json_schema: { name: 'n', schema: { type: 'object' }, strict: true, description: 'd' },
      },
      reasoning_effort: 'high',
      reasoning: { max_tokens: 10, exclude: true },
      verbosity: 'low',
      modalities: ['text', 'audio'],
      audio: { format: 'wav', voice: 'alloy' },
      prediction: { type: 'content', content: 'same' },
      web_search_options: {
        search_context_size: 'low',
        user_location: { type: 'approximate', approximate: { city: 'Rome', region: null } },
      },
      moderation: { model: 'omni', policy: { input: { mode: 'block' } } },
      user: 'u',
      safety_identifier: 's',
      metadata: { a: 'b' },
      store: false,
      service_tier: 'flex',
      prompt_cache_key: 'k',
      prompt_cache_retention: '24h',
      prompt_cache_options: { mode: 'explicit', ttl: '30m' },
      cache_control: { type: 'ephemeral', ttl: '1h' },
      thinking: { type: 'enabled' },
      parallel_tool_calls: false,
    })
    expect(warnings).toEqual([])
    expect(request).toEqual({
      model: 'm',
      messages: [user],
      stream: true,
      parallelToolCalls: false,
      maxTokens: 9,
      temperature: 0,
      topP: 1,
      topK: 5,
      stop: ['END'],
      choices: 2,
      seed: 0,
      frequencyPenalty: -1,
      presencePenalty: 1,
      logitBias: { 50256: -100 },
      logprobs: true,
      topLogprobs: 0,
      format: { type: 'schema', name: 'n', schema: { type: 'object' }, strict: true, description: 'd' },
      reasoning: { effort: 'high', maxTokens: 10, hidden: true },
      verbosity: 'low',
      modalities: ['text', 'audio'],
      audio: { format: 'wav', voice: 'alloy' },
      prediction: { type: 'content', content: 'same' },
      webSearch: { contextSize: 'low', location: { city: 'Rome' } },
      moderation: { model: 'omni', policy: { input: { mode: 'block' } } },
      user: 'u',
      safetyIdentifier: 's',
      metadata: { a: 'b' },
      store: false,
      serviceTier: 'flex',
      cache: { key: 'k', retention: '24h', mode: 'explicit', ttl: '30m', mark: { field: 'cache_control', ttl: '1h' } },
      extra: { thinking: { type: 'enabled' } },
    })
  })

  test('null as absent', () => {
    const nulls = Object.fromEntries(
      [
        'temperature',
        'tools',
        'tool_choice',
        'stop',
        'stream',
        'n',
        'logprobs',
        'response_format',
        'reasoning',
        'cache_control',
        'web_search_options',
        'functions',
        'function_call',
        'stream_options',
      ].map((key) => [key, null]),
    )
    expect(ask(nulls).request).toEqual({ model: 'm', messages: [user], stream: false })
  })

  test('both limits, of which the newer counts', () => {
    const { request, warnings } = ask({ max_tokens: 5, max_completion_tokens: 9 })
    expect(request.maxTokens).toBe(9)
    expect(warnings).toEqual([['max_tokens', 'max_completion_tokens is used instead']])
    expect(ask({ max_tokens: 5 }).request.maxTokens).toBe(5)
    expect(ask({ max_tokens: 5, max_completion_tokens: 5 }).warnings).toEqual([])
  })

  test('stop sequences as they were written', () => {
    expect(ask({ stop: ['\n\n', ''] }).request.stop).toEqual(['\n\n', ''])
    expect(ask({ stop: [] }).request.stop).toEqual([])
  })

  test('how to reason, in either dialect', () => {
    expect(ask({ reasoning: { enabled: false } }).request.reasoning).toEqual({ effort: 'none' })
    expect(ask({ reasoning: { enabled: true } }).request.reasoning).toEqual({ effort: 'medium' })
    expect(ask({ reasoning: { effort: 'low' } }).request.reasoning).toEqual({ effort: 'low' })
    const { request, warnings } = ask({ reasoning_effort: 'high', reasoning: { effort: 'low' } })
    expect(request.reasoning).toEqual({ effort: 'high' })
    expect(warnings).toEqual([['reasoning', 'reasoning_effort is used instead']])
  })

  test('numbers with more digits than a double holds', () => {
    const body = parseJson(
      '{"model":"m","messages":[{"role":"user","content":"Hi"}],"temperature":0.69999999999999996,"mine":12345678901234567890}',
    )
    const { request } = parse(body)
    expect(request.temperature).toBe(0.7)
    expect(JSON.stringify(request.extra)).toBe('{"mine":12345678901234567890}')
  })

  test('members nobody knows, wherever they are', () => {
    const { request, warnings } = ask({
      mine: 1,
      messages: [
        {
          role: 'user',
          content: [
            { type: 'text', text: 'Hi', shade: 'blue' },
            { type: 'image_url', image_url: { url: 'https://a/b', zoom: 2 } },
          ],
          mood: 'good',
        },
      ],
      tools: [{ type: 'function', function: { name: 'f', cost: 1 } }],
    })
    expect(request.extra).toEqual({ mine: 1 })
    expect(request.messages).toEqual([
      {
        role: 'user',
        content: [
          { type: 'text', text: 'Hi' },
          { type: 'image', source: { type: 'url', url: 'https://a/b' } },
        ],
        extra: { mood: 'good' },
      },
    ])
    expect(warnings).toEqual([
      ['messages[0].content[0].shade', 'unknown'],
      ['messages[0].content[1].image_url.zoom', 'unknown'],
      ['tools[0].function.cost', 'unknown'],
    ])
  })

  test('tools of every kind', () => {
    const grammar = { definition: 'start: "a"', syntax: 'lark' }
    const { request, warnings } = ask({
      tools: [
        {
          type: 'function',
          function: { name: 'github.create_issue/v2', description: '', parameters: { type: 'object' }, strict: null },
          cache_control: { type: 'ephemeral' },
        },
        { type: 'custom', custom: { name: 'sql', description: 'd', format: { type: 'grammar', grammar } } },
        { type: 'web_search_20250305', name: 'web_search', max_uses: 2 },
      ],
      tool_choice: {
        type: 'allowed_tools',
        allowed_tools: {
          mode: 'required',
          tools: [
            { type: 'custom', custom: { name: 'sql' } },
            { type: 'web_search_20250305', name: 'web_search' },
          ],
        },
      },
    })
    expect(warnings).toEqual([])
    expect(request.tools).toEqual([
      {
        type: 'function',
        name: 'github.create_issue/v2',
        description: '',
        parameters: { type: 'object' },
        cache: { field: 'cache_control' },
      },
      { type: 'custom', name: 'sql', description: 'd', grammar },
      {
        type: 'native',
        name: 'web_search',
        definition: { type: 'web_search_20250305', name: 'web_search', max_uses: 2 },
      },
    ])
    expect(request.toolChoice).toEqual({ type: 'allowed', mode: 'required', names: ['sql', 'web_search'] })
  })

  test('functions as tools of which one is called at a time', () => {
    const { request } = ask({ functions: [{ name: 'f', parameters: {} }], function_call: { name: 'f' } })
    expect(request.tools).toEqual([{ type: 'function', name: 'f', parameters: {} }])
    expect(request.toolChoice).toEqual({ type: 'tool', name: 'f' })
    expect(request.parallelToolCalls).toBe(false)
    expect(ask({ functions: [{ name: 'f' }], parallel_tool_calls: true }).warnings).toEqual([
      ['parallel_tool_calls', 'functions are called one at a time'],
    ])
    expect(ask({ functions: [{ name: 'f' }], function_call: 'none' }).request.toolChoice).toEqual({ type: 'none' })
  })

  test("a provider's own tools, which may be nameless and alike", () => {
    const mcp = { type: 'mcp', server_label: 'a' }
    expect(ask({ tools: [mcp, { ...mcp, server_label: 'b' }] }).request.tools).toMatchObject([
      { type: 'native', name: 'mcp', definition: mcp },
      { type: 'native', name: 'mcp', definition: { server_label: 'b' } },
    ])
  })

  test('an empty list of tools as none', () => {
    expect(ask({ tools: [], tool_choice: 'auto' }).request).not.toHaveProperty('tools')
  })

  test('every part', () => {
    const { messages, warnings } = say({
      role: 'user',
      name: 'ann',
      cache_control: { type: 'ephemeral', ttl: '5m' },
      content: [
        {
          type: 'text',
          text: ' ',
          prompt_cache_breakpoint: { mode: 'explicit', ttl: '12h' },
          cache_control: { type: 'ephemeral' },
        },
        { type: 'image_url', image_url: { url: 'data:image/jpg;base64,AAA=', detail: 'low' } },
        { type: 'input_audio', input_audio: { data: 'AAAA', format: 'flac' } },
        {
          type: 'file',
          file: { file_data: 'data:text/plain;charset=utf-8;base64,AAAA', filename: 'a.txt' },
          citations: { enabled: true },
        },
        { type: 'file', file: { file_data: 'AAAA', citations: { enabled: false } } },
        { type: 'file', file: { file_data: 'https://example.com/a.pdf' } },
        { type: 'file', file: { file_id: 'file-1' } },
      ],
    })
    expect(messages).toEqual([
      {
        role: 'user',
        name: 'ann',
        cache: { field: 'cache_control', ttl: '5m' },
        content: [
          { type: 'text', text: ' ', cache: { field: 'prompt_cache_breakpoint', ttl: '12h' } },
          { type: 'image', source: { type: 'data', data: 'AAA=', mime: 'image/jpg' }, detail: 'low' },
          { type: 'audio', data: 'AAAA', format: 'flac' },
          {
            type: 'file',
            source: { type: 'data', data: 'AAAA', mime: 'text/plain;charset=utf-8' },
            filename: 'a.txt',
            citations: true,
          },
          { type: 'file', source: { type: 'data', data: 'AAAA' }, citations: false },
          { type: 'file', source: { type: 'url', url: 'https://example.com/a.pdf' } },
          { type: 'file', source: { type: 'id', id: 'file-1' } },
        ],
      },
    ])
    expect(warnings).toEqual([['messages[0].content[0].cache_control', 'prompt_cache_breakpoint is used instead']])
  })

  test('every role', () => {
    const { messages, warnings } = say(
      { role: 'system', content: '' },
      { role: 'developer', content: [{ type: 'text', text: 'Be terse.' }], name: 'boss' },
      { role: 'user', content: '   ' },
      {
        role: 'assistant',
        content: [
          { type: 'text', text: 'One' },
          { type: 'refusal', refusal: 'Two' },
        ],
        reasoning_content: 'Hm',
        name: 'bot',
        audio: { id: 'audio_1' },
        tool_calls: [
          {
            id: 'call_1',
            type: 'function',
            function: { name: 'f', arguments: '{"a":' },
            extra_content: { google: { thought_signature: 's' } },
          },
          { id: 'call_2', type: 'custom', custom: { name: 'sql', input: 'select 1' } },
        ],
      },
      { role: 'tool', tool_call_id: 'call_2', content: [{ type: 'image_url', image_url: { url: 'https://a/b' } }] },
      { role: 'tool', tool_call_id: 'call_1', content: '', is_error: true },
      { role: 'assistant', content: '' },
      { role: 'assistant', content: null, refusal: 'No.' },
    )
    expect(warnings).toEqual([])
    expect(messages).toEqual([
      { role: 'system', content: '' },
      { role: 'developer', content: [{ type: 'text', text: 'Be terse.' }], name: 'boss' },
      { role: 'user', content: '   ' },
      {
        role: 'assistant',
        name: 'bot',
        audio: 'audio_1',
        blocks: [
          { type: 'reasoning', text: 'Hm' },
          { type: 'text', text: 'One' },
          { type: 'refusal', text: 'Two' },
          { type: 'tool', id: 'call_1', name: 'f', text: '{"a":', extra: { google: { thought_signature: 's' } } },
          { type: 'tool', id: 'call_2', name: 'sql', text: 'select 1', custom: true },
        ],
      },
      { role: 'tool', id: 'call_2', content: [{ type: 'image', source: { type: 'url', url: 'https://a/b' } }] },
      { role: 'tool', id: 'call_1', content: '', failed: true },
      { role: 'assistant', blocks: [{ type: 'text', text: '' }] },
      { role: 'assistant', blocks: [{ type: 'refusal', text: 'No.' }] },
    ])
  })

  test('legacy answers by the name of the nearest call without one', () => {
    const call = (name: string): object => ({
      role: 'assistant',
      content: null,
      function_call: { name, arguments: '{}' },
    })
    const { messages } = say(
      call('f'),
      call('f'),
      { role: 'function', name: 'f', content: 'x' },
      { role: 'function', name: 'f', content: null },
      { role: 'function', name: 'f', content: 'y' },
    )
    expect(messages).toEqual([
      { role: 'assistant', blocks: [{ type: 'tool', id: 'fc_0', name: 'f', text: '{}' }] },
      { role: 'assistant', blocks: [{ type: 'tool', id: 'fc_1', name: 'f', text: '{}' }] },
      { role: 'tool', id: 'fc_1', content: 'x' },
      { role: 'tool', id: 'fc_0', content: '' },
      { role: 'tool', name: 'f', content: 'y' },
    ])
  })

  test("another gateway's reasoning_details", () => {
    const { messages, warnings } = say({
      role: 'assistant',
      content: 'Hi',
      reasoning: 'A B',
      reasoning_details: [
        { type: 'reasoning.encrypted', data: 'xyz', format: 'other-v1', index: 1, id: 'r1' },
        { type: 'reasoning.summary', summary: 'A', format: 'other-v1', index: 0, id: null },
        { type: 'reasoning.dance' },
        { type: 'reasoning.encrypted', data: '!', format: 'dragoman-blocks-v1', index: 2 },
      ],
    })
    expect(messages).toEqual([
      {
        role: 'assistant',
        blocks: [
          { type: 'reasoning', text: 'A', origin: { format: 'other-v1' } },
          { type: 'reasoning', text: '', encrypted: 'xyz', origin: { format: 'other-v1' }, extra: { id: 'r1' } },
          { type: 'text', text: 'Hi' },
        ],
      },
    ])
    expect(warnings).toEqual([
      ['messages[0].reasoning_details[2]', 'not understood'],
      ['messages[0].reasoning_details[3]', 'not understood'],
    ])
  })
})
