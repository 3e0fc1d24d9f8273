import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { openai } from '../../adapters/openai.ts'
import { dialect } from '../../adapters/openai/dialect.ts'
import { chatRequest } from '../../adapters/openai/strict.ts'
import type { ChatCodec } from '../../src/adapter.ts'
import type { AssistantMessage, ChatRequest, Json, JsonObject, Message } from '../../src/canonical.ts'
import { GatewayError } from '../../src/errors.ts'
import { chat as surface } from '../../src/surfaces/chat/index.ts'
import { stringify } from '../../src/wire/json.ts'

const codec = openai({ apiKey: 'test' }).chat!
const user: Message = { role: 'user', content: 'Hi' }

type Sent = Record<string, Json> & { messages: JsonObject[] }

function sent(request: Partial<ChatRequest>, by: ChatCodec = codec): { body: Sent; warnings: string[]; text: string } {
  const warnings: string[] = []
  const asked = { model: 'gpt-5', messages: [user], stream: false, ...request }
  const { body } = by.encode(asked, (param, reason) => warnings.push(`${param}=${reason}`))
  const text = stringify(body!)
  return { body: JSON.parse(text), warnings, text }
}

function spoken(blocks: AssistantMessage['blocks'], rest: Partial<AssistantMessage> = {}, by?: ChatCodec): JsonObject {
  return sent({ messages: [user, { role: 'assistant', blocks, ...rest }] }, by).body.messages[1]!
}

const parameters = {
  type: 'object',
  properties: { city: { type: 'string' } },
  required: ['city'],
  additionalProperties: false,
}
const mark = { mode: 'explicit', ttl: '30m' }

/** Every member OpenAI knows, in OpenAI's words. */
const everything = {
  model: 'gpt-5.6-sol',
  messages: [
    { role: 'developer', content: 'Be brief.', name: 'ops' },
    { role: 'system', content: [{ type: 'text', text: 'Be kind.', prompt_cache_breakpoint: mark }] },
    {
      role: 'user',
      name: 'ann',
      content: [
        { type: 'text', text: '' },
        {
          type: 'image_url',
          image_url: { url: 'https://example.com/a.png', detail: 'original' },
          prompt_cache_breakpoint: mark,
        },
        { type: 'image_url', image_url: { url: 'data:image/png;base64,iVBORw==' } },
        { type: 'input_audio', input_audio: { data: 'UklGRg==', format: 'wav' }, prompt_cache_breakpoint: mark },
        {
          type: 'file',
          file: { file_data: 'data:application/pdf;base64,JVBERi0=', filename: 'a.pdf' },
          prompt_cache_breakpoint: mark,
        },
        { type: 'file', file: { file_id: 'file-1' } },
      ],
    },
    { role: 'assistant', content: 'I cannot.', refusal: 'No.' },
    { role: 'user', content: 'Then call.' },
    {
      role: 'assistant',
      content: null,
      name: 'bot',
      tool_calls: [
        {
          id: 'call_1',
          type: 'function',
          function: { name: 'weather', arguments: '{"city": "Łódź", "id": 12345678901234567890}' },
        },
        { id: 'call_2', type: 'custom', custom: { name: 'shell', input: 'ls -l "x"' } },
      ],
    },
    {
      role: 'tool',
      tool_call_id: 'call_2',
      content: [
        { type: 'text', text: 'a' },
        { type: 'text', text: 'b' },
      ],
    },
    { role: 'tool', tool_call_id: 'call_1', content: '' },
    {
      role: 'assistant',
      content: [
        { type: 'text', text: 'One' },
        { type: 'text', text: 'two' },
        { type: 'refusal', refusal: 'three' },
      ],
    },
    { role: 'assistant', content: null, audio: { id: 'audio_1' } },
    { role: 'user', content: 'And now?' },
  ],
  audio: { format: 'mp3', voice: { id: 'voice_1' } },
  frequency_penalty: 0,
  logit_bias: { '50256': -100 },
  logprobs: true,
  max_completion_tokens: 100,
  metadata: { run: '1' },
  modalities: ['text', 'audio'],
  moderation: { model: 'omni-moderation-latest', policy: { input: { mode: 'block' }, output: { mode: 'score' } } },
  n: 2,
  parallel_tool_calls: false,
  prediction: { type: 'content', content: [{ type: 'text', text: 'Yes' }] },
  presence_penalty: -1.5,
  prompt_cache_key: 'k',
  prompt_cache_options: { mode: 'explicit', ttl: '30m' },
  prompt_cache_retention: '24h',
  reasoning_effort: 'none',
  response_format: {
    type: 'json_schema',
    json_schema: { name: 'answer', description: 'd', schema: parameters, strict: true },
  },
  safety_identifier: 's',
  seed: 0,
  service_tier: 'flex',
  stop: ['\n', ' '],
  store: false,
  stream: true,
  stream_options: { include_usage: true },
  temperature: 0,
  tool_choice: {
    type: 'allowed_tools',
    allowed_tools: {
      mode: 'required',
      tools: [
        { type: 'function', function: { name: 'weather' } },
        { type: 'custom', custom: { name: 'shell' } },
      ],
    },
  },
  tools: [
    { type: 'function', function: { name: 'weather', description: '', parameters, strict: true } },
    { type: 'function', function: { name: 'bare' } },
    {
      type: 'custom',
      custom: {
        name: 'shell',
        description: 'Runs.',
        format: { type: 'grammar', grammar: { syntax: 'regex', definition: '.*' } },
      },
    },
    { type: 'custom', custom: { name: 'plain' } },
  ],
  top_logprobs: 0,
  top_p: 1,
  user: 'u',
  verbosity: 'low',
  web_search_options: {
    search_context_size: 'low',
    user_location: {
      type: 'approximate',
      approximate: { city: 'Oslo', country: 'NO', region: 'Oslo', timezone: 'Europe/Oslo' },
    },
  },
}

describe('what OpenAI can say comes through in the same words', () => {
  test('with every member there is', () => {
    const warnings: string[] = []
    const { request } = surface.parse(everything, (param) => warnings.push(param))
    expect(sent(request).body).toEqual(everything)
    expect(warnings).toEqual([])
    expect(chatRequest.safeParse(everything).error).toBeUndefined()
  })

  test.each<[string, JsonObject]>([
    ['json mode', { response_format: { type: 'json_object' } }],
    ['text mode', { response_format: { type: 'text' } }],
    [
      'a forced function',
      {
        tools: [{ type: 'function', function: { name: 'f' } }],
        tool_choice: { type: 'function', function: { name: 'f' } },
      },
    ],
    [
      'a forced custom tool',
      { tools: [{ type: 'custom', custom: { name: 'f' } }], tool_choice: { type: 'custom', custom: { name: 'f' } } },
    ],
    ['a choice in one word', { tools: [{ type: 'function', function: { name: 'f' } }], tool_choice: 'none' }],
    ['web search without options', { web_search_options: {} }],
    ['members nobody knows', { thinking: { type: 'enabled' }, safety_settings: [1, null] }],
    ['a mark of another API on the request', { cache_control: { type: 'ephemeral', ttl: '1h' } }],
    ['tools nobody knows', { tools: [{ type: 'web_search_20250305', name: 'web_search', max_uses: 2 }] }],
    ['a message with members nobody knows', { messages: [{ role: 'user', content: 'Hi', timestamp: 0 }] }],
    [
      'a message with a mark of another API',
      { messages: [{ role: 'user', content: 'Hi', cache_control: { type: 'ephemeral' } }] },
    ],
    [
      'an empty assistant text',
      {
        messages: [
          { role: 'user', content: 'Hi' },
          { role: 'assistant', content: '' },
          { role: 'user', content: 'Hi' },
        ],
      },
    ],
    ['top_k, where a server takes it', { top_k: 5 }],
  ])('with %s', (_, members) => {
    const asked = { model: 'm', messages: [{ role: 'user', content: 'Hi' }], ...members }
    expect(sent(surface.parse(asked, () => {}).request).body).toEqual(asked)
  })

  test('and usage is always asked of a stream, and a whole reply not asked for at all', () => {
    expect(sent({ stream: true }).body).toMatchObject({ stream: true, stream_options: { include_usage: true } })
    expect(sent({ stream: false }).body).not.toHaveProperty('stream')
  })
})

test('empty lists are left out, since OpenAI refuses them', () => {
  const { body } = sent({ tools: [], stop: [] })
  expect(Object.keys(body)).toEqual(['model', 'messages'])
})

describe('the gateway’s directives', () => {
  const directives = ['Answer in JSON.']
  const directive = { role: 'system', content: 'Answer in JSON.' }
  const system: Message = { role: 'system', content: 'A' }
  test.each<[string, Message[], number]>([
    ['come first where there are no instructions', [user], 0],
    ['stand after the leading instructions', [system, { role: 'developer', content: 'B' }, user, system], 2],
    ['come last where there is nothing but instructions', [system], 1],
  ])('%s', (_, messages, place) => {
    const { body } = sent({ messages, directives })
    expect(body.messages.indexOf(body.messages.find(({ content }) => content === directive.content)!)).toBe(place)
    expect(body.messages[place]).toEqual(directive)
    expect(body.messages).toHaveLength(messages.length + 1)
  })
})

describe('what a model said', () => {
  const call = { type: 'tool', id: 'call_1', name: 'f', text: '{}' } as const
  test.each<[string, AssistantMessage['blocks'], Partial<AssistantMessage>, JsonObject]>([
    ['nothing at all is an empty text', [], {}, { content: '' }],
    [
      'calls alone have no content',
      [call],
      {},
      { content: null, tool_calls: [{ id: 'call_1', type: 'function', function: { name: 'f', arguments: '{}' } }] },
    ],
    ['a refusal alone is a member', [{ type: 'refusal', text: 'No.' }], {}, { content: null, refusal: 'No.' }],
    [
      'a marked text is a part',
      [{ type: 'text', text: 'a', cache: { field: 'cache_control' } }],
      {},
      { content: [{ type: 'text', text: 'a', cache_control: { type: 'ephemeral' } }] },
    ],
    [
      'thoughts have no place',
      [
        { type: 'reasoning', text: 'Hm.', signature: 's', origin: { format: 'other' } },
        { type: 'text', text: 'a' },
      ],
      {},
      { content: 'a' },
    ],
    [
      'opaque blocks of others are told to nobody',
      [
        { type: 'opaque', text: '{"a":1}', origin: { format: 'other' } },
        { type: 'text', text: 'a' },
      ],
      {},
      { content: 'a' },
    ],
    [
      'an opaque block of its own comes back',
      [{ type: 'opaque', text: '{"type":"x","n":1.0}', origin: { format: 'openai' } }],
      {},
      { content: [{ type: 'x', n: 1 }] },
    ],
    [
      'a transcript is a text where the sound is gone',
      [{ type: 'transcript', text: 'Hello' }],
      {},
      { content: 'Hello' },
    ],
    [
      'a transcript goes with the sound it is of',
      [{ type: 'transcript', text: 'Hello' }],
      { audio: 'audio_1' },
      { content: null, audio: { id: 'audio_1' } },
    ],
    [
      'what it wanted back with a call comes back',
      [{ ...call, extra: { openai: { tag: 1 }, other: { tag: 2 } } }],
      {},
      {
        content: null,
        tool_calls: [{ id: 'call_1', type: 'function', function: { name: 'f', arguments: '{}' }, tag: 1 }],
      },
    ],
  ])('%s', (_, blocks, rest, expected) => {
    expect(spoken(blocks, rest)).toEqual({ role: 'assistant', ...expected })
  })

  test('what others thought and made is reported as left out', () => {
    const origin = { format: 'other' }
    const blocks = [
      { type: 'reasoning', text: 'Hm.', origin },
      { type: 'opaque', text: '{}', origin },
      { type: 'reasoning', text: 'Its own, which it does without.', origin: { format: 'openai' } },
    ] as const
    expect(sent({ messages: [user, { role: 'assistant', blocks }] }).warnings).toEqual([
      'messages[1]=a block of another provider or model, not sent',
      'messages[1].reasoning=not of this model, not sent',
    ])
  })

  test('pictures it made are reported as dropped', () => {
    const blocks = [{ type: 'media', kind: 'image', text: 'aGk=' }] as const
    expect(sent({ messages: [user, { role: 'assistant', blocks }] }).warnings).toEqual(['messages[1].images=dropped'])
  })
})

describe('answers of tools', () => {
  const calls = ['a', 'b'].map((id) => ({ type: 'tool', id, name: 'f', text: '{}' }) as const)
  const image = { type: 'image', source: { type: 'url', url: 'https://example.com/a.png' } } as const
  const messages: Message[] = [
    user,
    { role: 'assistant', blocks: calls },
    { role: 'tool', id: 'a', content: [image] },
    { role: 'tool', id: 'b', content: [{ type: 'text', text: 'b' }, image], failed: true },
  ]

  test('keep their media in a user message after the last of them', () => {
    const { body, warnings } = sent({ messages })
    expect(body.messages.slice(2)).toEqual([
      { role: 'tool', tool_call_id: 'a', content: 'The result is attached to the next user message.' },
      { role: 'tool', tool_call_id: 'b', content: [{ type: 'text', text: 'b' }] },
      {
        role: 'user',
        content: [
          { type: 'text', text: 'Attached to the result of a:' },
          { type: 'image_url', image_url: { url: 'https://example.com/a.png' } },
          { type: 'text', text: 'Attached to the result of b:' },
          { type: 'image_url', image_url: { url: 'https://example.com/a.png' } },
        ],
      },
    ])
    expect(warnings).toEqual([
      'messages[2].content=media moved to a user message',
      'messages[3].is_error=unsupported',
      'messages[3].content=media moved to a user message',
    ])
    expect(chatRequest.safeParse(body).error).toBeUndefined()
  })

  test('and the conversation goes on behind it', () => {
    const longer = sent({ messages: [...messages, { role: 'assistant', blocks: [{ type: 'text', text: 'ok' }] }] }).body
      .messages
    expect(longer.slice(0, 5)).toEqual(sent({ messages }).body.messages)
    expect(longer[5]).toEqual({ role: 'assistant', content: 'ok' })
  })

  test('that nobody could pair with a call go by name', () => {
    const orphan: Message = { role: 'tool', name: 'f', content: 'x' }
    expect(sent({ messages: [user, orphan] }).body.messages[1]).toEqual({ role: 'function', name: 'f', content: 'x' })
  })
})

describe('names and ids from elsewhere', () => {
  const long = `chatcmpl-tool-${'0123456789abcdef'.repeat(3)}`
  const request = {
    model: 'gpt-5',
    stream: false,
    tools: [
      { type: 'function', name: 'github.create_issue/v2' },
      { type: 'function', name: 'ok' },
    ],
    toolChoice: { type: 'tool', name: 'github.create_issue/v2' },
    messages: [
      user,
      { role: 'assistant', blocks: [{ type: 'tool', id: long, name: 'github.create_issue/v2', text: '{}' }] },
      { role: 'tool', id: long, content: 'done' },
    ],
  } as const satisfies ChatRequest

  test('are made to fit, the same everywhere', () => {
    const { body } = sent(request)
    expect(chatRequest.safeParse(body).error).toBeUndefined()
  })

  test('come back as the client knows them', () => {
    const { body, undo } = codec.encode(request, () => {})
    const [told] = [...undo!.names!.keys()]
    expect(undo!.names).toEqual(new Map([[told, 'github.create_issue/v2']]))
    expect(stringify(body!)).toContain(`"${told}"`)
  })

  test('stay as they are where they fit', () => {
    expect(codec.encode({ ...request, tools: [], messages: [user] }, () => {})).not.toHaveProperty('undo')
  })

  test('stay apart', () => {
    const told = fc.property(fc.string({ minLength: 1 }), fc.string({ minLength: 1 }), (one, other) => {
      fc.pre(one !== other)
      const { tools } = sent({ tools: [one, other].map((name) => ({ type: 'function', name })) }).body
      expect(new Set((tools as { function: { name: string } }[]).map((tool) => tool.function.name)).size).toBe(2)
    })
    fc.assert(told)
  })
})

test('JSON of its own goes back byte for byte', () => {
  const blocks = [
    { type: 'opaque', text: '{"type":"x","n":12345678901234567890}', origin: { format: 'openai' } },
  ] as const
  expect(sent({ messages: [user, { role: 'assistant', blocks }] }).text).toContain(
    '[{"type":"x","n":12345678901234567890}]',
  )
})

test('what has no effect is reported: thinking tokens, citations', () => {
  const file: Message = {
    role: 'user',
    content: [{ type: 'file', source: { type: 'data', data: 'aGk=' }, citations: true }],
  }
  const { body, warnings } = sent({ reasoning: { effort: 'low', maxTokens: 100, hidden: true }, messages: [file] })
  expect(body['reasoning_effort']).toBe('low')
  expect(warnings).toEqual(['reasoning.max_tokens=unsupported', 'messages[0].content[0].file.citations=unsupported'])
})

test('a picture by file id is refused, naming the place', () => {
  const message: Message = { role: 'user', content: [{ type: 'image', source: { type: 'id', id: 'file-1' } }] }
  expect(() => sent({ messages: [message] })).toThrow(GatewayError)
  expect(() => sent({ messages: [message] })).toThrow(
    expect.objectContaining({ failure: expect.objectContaining({ param: 'messages[0].content[0]' }) }),
  )
})

test('one more turn leaves every earlier byte alone', () => {
  const { messages } = surface.parse(everything, () => {}).request
  const bytes = messages.map((_, index) =>
    stringify(sent({ messages: messages.slice(0, index + 1), directives: ['d'] }).body.messages),
  )
  for (const [index, shorter] of bytes.slice(2, -1).entries()) expect(bytes[index + 3]).toContain(shorter.slice(0, -1))
})

describe('a dialect differs where its table says so', () => {
  const other = dialect({
    name: 'other',
    baseURL: 'https://api.example.com',
    supports: { promptCaching: false, names: false },
    developer: false,
    rename: { max_completion_tokens: 'max_tokens' },
    replay: (message, thoughts) => ({ ...message, reasoning_content: thoughts.map(({ text }) => text).join('') }),
    tweak: (body, { reasoning }) => ({
      ...body,
      thinking: { type: reasoning?.effort === 'none' ? 'disabled' : 'enabled' },
    }),
  })({ apiKey: 'test' }).chat!

  test('names, roles and the last resort', () => {
    const { body } = sent(
      {
        maxTokens: 9,
        reasoning: { effort: 'none' },
        messages: [{ role: 'developer', content: 'x', name: 'n', cache: { field: 'cache_control' } }, user],
      },
      other,
    )
    expect(body).toMatchObject({ max_tokens: 9, thinking: { type: 'disabled' } })
    expect(body).not.toHaveProperty('max_completion_tokens')
    expect(body.messages[0]).toEqual({ role: 'system', content: 'x' })
  })

  test('thoughts it gave come back; those of others do not', () => {
    const thought = (format?: string) =>
      ({ type: 'reasoning', text: format ?? 'unsigned', ...(format && { origin: { format } }) }) as const
    expect(spoken([thought('other'), thought(), thought('foreign'), { type: 'text', text: 'a' }], {}, other)).toEqual({
      role: 'assistant',
      content: 'a',
      reasoning_content: 'otherunsigned',
    })
  })
})
