import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { GatewayError } from '../../src/errors.ts'
import { chat } from '../../src/surfaces/chat/index.ts'
import { isObject } from '../../src/wire/json.ts'

/** A request that says everything there is to say, but for what contradicts it. */
const everything = {
  model: 'm',
  stream: true,
  stream_options: { include_usage: true, include_obfuscation: false },
  max_completion_tokens: 9,
  temperature: 0.5,
  top_p: 1,
  top_k: 4,
  stop: ['a'],
  n: 2,
  seed: 1,
  frequency_penalty: 1,
  presence_penalty: 1,
  logit_bias: { 1: 2 },
  logprobs: true,
  top_logprobs: 3,
  response_format: {
    type: 'json_schema',
    json_schema: { name: 'n', description: 'd', schema: { type: 'object' }, strict: true },
  },
  reasoning_effort: 'high',
  reasoning: { effort: 'high', max_tokens: 5, exclude: false, enabled: true },
  verbosity: 'low',
  modalities: ['text', 'audio'],
  audio: { format: 'wav', voice: { id: 'v' } },
  prediction: { type: 'content', content: [{ type: 'text', text: 'x' }] },
  web_search_options: {
    search_context_size: 'low',
    user_location: { type: 'approximate', approximate: { city: 'c', country: 'c', region: 'r', timezone: 't' } },
  },
  user: 'u',
  safety_identifier: 's',
  metadata: { a: 'b' },
  store: false,
  service_tier: 'flex',
  prompt_cache_key: 'k',
  prompt_cache_options: { mode: 'explicit', ttl: '30m' },
  prompt_cache_retention: '24h',
  cache_control: { type: 'ephemeral', ttl: '5m' },
  moderation: { model: 'x', policy: { input: { mode: 'block' }, output: { mode: 'score' } } },
  parallel_tool_calls: false,
  tools: [
    {
      type: 'function',
      function: {
        name: 'f',
        description: 'd',
        parameters: { type: 'object' },
        strict: true,
        cache_control: { type: 'ephemeral' },
      },
    },
    {
      type: 'custom',
      custom: {
        name: 'sql',
        description: 'd',
        format: { type: 'grammar', grammar: { definition: 'x', syntax: 'lark' } },
      },
    },
    { type: 'web_search', name: 'w', limit: { uses: 1 } },
  ],
  tool_choice: {
    type: 'allowed_tools',
    allowed_tools: { mode: 'auto', tools: [{ type: 'function', function: { name: 'f' } }] },
  },
  messages: [
    { role: 'system', content: 'a', name: 'n', cache_control: { type: 'ephemeral' } },
    { role: 'developer', content: [{ type: 'text', text: 'a', cache_control: { type: 'ephemeral', ttl: '1h' } }] },
    {
      role: 'user',
      content: [
        { type: 'text', text: 'a', prompt_cache_breakpoint: { mode: 'explicit', ttl: '12h' } },
        { type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA', detail: 'low' } },
        { type: 'input_audio', input_audio: { data: 'AAAA', format: 'wav' } },
        {
          type: 'file',
          file: { file_data: 'data:text/plain;base64,AAAA', filename: 'a.txt' },
          citations: { enabled: true },
        },
        { type: 'file', file: { file_id: 'f', citations: { enabled: true } } },
      ],
    },
    {
      role: 'assistant',
      content: [
        { type: 'text', text: 'a' },
        { type: 'refusal', refusal: 'b' },
      ],
      reasoning_content: 'r',
      audio: { id: 'a', data: 'AAAA', transcript: 't', expires_at: 1 },
      tool_calls: [
        { id: 'a', type: 'function', function: { name: 'f', arguments: '{' }, extra_content: { one: { two: 3 } } },
        { id: 'b', type: 'custom', custom: { name: 'sql', input: 'x' } },
      ],
    },
    { role: 'tool', tool_call_id: 'b', content: 'x', is_error: true },
    { role: 'tool', tool_call_id: 'a', content: [{ type: 'text', text: 'x' }] },
    { role: 'assistant', content: null, refusal: 'no', function_call: { name: 'f', arguments: '' } },
    { role: 'function', name: 'f', content: 'x' },
  ],
}

type Path = readonly (string | number)[]

/** The paths of all values in a value, its own included. */
function paths(value: unknown, path: Path = []): Path[] {
  if (Array.isArray(value)) return [path, ...value.flatMap((item, index) => paths(item, [...path, index]))]
  if (!isObject(value)) return [path]
  return [path, ...Object.entries(value).flatMap(([key, member]) => paths(member, [...path, key]))]
}

function at(value: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (parent, key) => (typeof parent === 'object' && parent !== null ? Reflect.get(parent, key) : undefined),
    value,
  )
}

function changed(path: Path, value: unknown): unknown {
  if (path.length === 0) return value
  const copy = structuredClone(everything)
  const parent = at(copy, path.slice(0, -1))
  if (typeof parent === 'object' && parent !== null) Reflect.set(parent, path.at(-1) ?? '', value)
  return copy
}

/** What came of a request: everything the gateway knows of it afterwards. */
function outcome(body: unknown): string {
  const warnings: unknown[] = []
  try {
    const asked = chat.parse(body, (...warning) => warnings.push(warning))
    return JSON.stringify([asked.request, warnings])
  } catch (error) {
    if (error instanceof GatewayError) return JSON.stringify(error.failure)
    throw error
  }
}

test('says everything without a warning', () => {
  const warnings: unknown[] = []
  chat.parse(everything, (...warning) => warnings.push(warning))
  expect(warnings).toEqual([])
})

const objects = paths(everything).filter((path) => isObject(at(everything, path)))

test.each(objects.map((path) => path.join('.')))(
  'a member nobody knows in "%s" is kept, reported or refused',
  (joined) => {
    const path = objects.find((candidate) => candidate.join('.') === joined) ?? []
    const own = at(everything, path)
    expect(outcome(changed(path, isObject(own) ? { ...own, zzz: 'zzz' } : own))).toContain('zzz')
  },
)

test('whatever stands wherever, a request is read or refused', () => {
  const anywhere = fc.constantFrom(...paths(everything))
  const anything = fc.oneof(
    fc.jsonValue({ maxDepth: 2 }),
    fc.constantFrom(null, '', 0, -1, 1e300, [], {}, [[]], [{}], { type: 'text' }, { __proto__: null }),
  )
  fc.assert(
    fc.property(anywhere, anything, (path, value) => {
      expect(outcome(changed(path, value))).toBeTypeOf('string')
    }),
    { numRuns: 1000 },
  )
})
