import type OpenAI from 'openai'
import { describe, expect, test } from 'vitest'
import type { Json, JsonObject } from '../../src/canonical.ts'
import { isObject } from '../../src/wire/json.ts'
import { correspondents } from './replies.ts'
import { ask, type Outcome } from './rig.ts'
import { type Adapter, codecFor } from '../../src/adapter.ts'
import { translate } from '../../src/exchange.ts'
import { chat } from '../../src/surfaces/chat/index.ts'

const tool = { type: 'function', function: { name: 'get_time' } }

/** What a field is tried with beside it, where it cannot stand alone. */
interface Probe {
  readonly value: Json
  readonly beside?: JsonObject
}

/** A value for every field, such that leaving it out would ask for something else. A field OpenAI adds is an error of types here. */
const PROBES: Readonly<Record<keyof OpenAI.ChatCompletionCreateParamsStreaming, Probe>> = {
  messages: { value: [{ role: 'user', content: 'Something else.' }] },
  model: { value: 'another-model' },
  audio: { value: { format: 'wav', voice: 'alloy' }, beside: { modalities: ['text', 'audio'] } },
  frequency_penalty: { value: 0.5 },
  function_call: { value: { name: 'get_time' }, beside: { functions: [tool.function] } },
  functions: { value: [tool.function] },
  logit_bias: { value: { '50256': -100 } },
  logprobs: { value: true },
  max_completion_tokens: { value: 7 },
  max_tokens: { value: 7 },
  metadata: { value: { team: 'blue' } },
  modalities: { value: ['text', 'audio'] },
  moderation: { value: { model: 'omni-moderation-latest' } },
  n: { value: 2 },
  parallel_tool_calls: { value: false, beside: { tools: [tool] } },
  prediction: { value: { type: 'content', content: 'Hi.' } },
  presence_penalty: { value: 0.5 },
  prompt_cache_key: { value: 'conversation-7' },
  // Only a long prompt is cached at all.
  prompt_cache_options: {
    value: { mode: 'explicit', ttl: '30m' },
    beside: { messages: [{ role: 'user', content: 'Once upon a time. '.repeat(500) }] },
  },
  prompt_cache_retention: { value: '24h' },
  reasoning_effort: { value: 'high', beside: { max_completion_tokens: 4000 } },
  response_format: { value: { type: 'json_object' } },
  safety_identifier: { value: 'user-91' },
  seed: { value: 7 },
  service_tier: { value: 'priority' },
  stop: { value: ['END'] },
  store: { value: true },
  // Without a limit a provider may be asked for a stream in any case.
  stream: { value: true, beside: { max_completion_tokens: 100 } },
  stream_options: { value: { include_obfuscation: true }, beside: { stream: true } },
  temperature: { value: 0.5 },
  tool_choice: { value: 'required', beside: { tools: [tool] } },
  tools: { value: [tool] },
  top_logprobs: { value: 3, beside: { logprobs: true } },
  top_p: { value: 0.5 },
  user: { value: 'user-91' },
  verbosity: { value: 'low' },
  web_search_options: { value: {} },
}

/** A member further in: what the request is with it, and without it. */
interface Inner {
  readonly whole: JsonObject
  readonly without: JsonObject
}

const picture = { type: 'image_url', image_url: { url: 'https://a.example/cat.png' } }
const paper = { type: 'file', file: { file_data: 'data:application/pdf;base64,JVBERi0xLjQK' } }
const schema = { type: 'object', properties: { a: { type: 'string' } }, required: ['a'], additionalProperties: false }
const called = {
  role: 'assistant',
  tool_calls: [{ id: 'call_1', type: 'function', function: { name: 'get_time', arguments: '{}' } }],
}
const answered = { role: 'tool', tool_call_id: 'call_1', content: 'It broke.' }

/** Members of members, by their path. */
const INNER: Readonly<Record<string, Inner>> = {
  'messages[0].name': inner(
    said({ role: 'user', content: 'Hi.', name: 'ada' }),
    said({ role: 'user', content: 'Hi.' }),
  ),
  'messages[0].content[0].image_url.detail': inner(
    said({ role: 'user', content: [{ ...picture, image_url: { ...picture.image_url, detail: 'high' } }] }),
    said({ role: 'user', content: [picture] }),
  ),
  'messages[0].content[0].file.filename': inner(
    said({ role: 'user', content: [{ ...paper, file: { ...paper.file, filename: 'a.pdf' } }] }),
    said({ role: 'user', content: [paper] }),
  ),
  'messages[0].content[0].prompt_cache_breakpoint': inner(
    said({ role: 'user', content: [{ type: 'text', text: 'Hi.', prompt_cache_breakpoint: { mode: 'explicit' } }] }),
    said({ role: 'user', content: [{ type: 'text', text: 'Hi.' }] }),
  ),
  'messages[1].refusal': inner(
    said({ role: 'user', content: 'Hi.' }, { role: 'assistant', refusal: 'No.' }, { role: 'user', content: 'Why?' }),
    said({ role: 'user', content: 'Hi.' }, { role: 'assistant', content: 'Yes.' }, { role: 'user', content: 'Why?' }),
  ),
  'messages[1].audio': inner(
    said(
      { role: 'user', content: 'Hi.' },
      { role: 'assistant', content: 'Hi.', audio: { id: 'audio_1' } },
      { role: 'user', content: 'Go on.' },
    ),
    said({ role: 'user', content: 'Hi.' }, { role: 'assistant', content: 'Hi.' }, { role: 'user', content: 'Go on.' }),
  ),
  'messages[2].is_error': inner(
    { ...said({ role: 'user', content: 'Hi.' }, called, { ...answered, is_error: true }), tools: [tool] },
    { ...said({ role: 'user', content: 'Hi.' }, called, answered), tools: [tool] },
  ),
  'tools[0].function.description': inner(
    { tools: [{ type: 'function', function: { name: 'get_time', description: 'Tells the time.' } }] },
    { tools: [tool] },
  ),
  'tools[0].function.strict': inner(
    { tools: [{ type: 'function', function: { name: 'f', parameters: schema, strict: true } }] },
    { tools: [{ type: 'function', function: { name: 'f', parameters: schema } }] },
  ),
  'tools[0].custom.format': inner(
    {
      tools: [
        {
          type: 'custom',
          custom: { name: 'f', format: { type: 'grammar', grammar: { syntax: 'regex', definition: 'a+' } } },
        },
      ],
    },
    { tools: [{ type: 'custom', custom: { name: 'f' } }] },
  ),
  'response_format.json_schema.description': inner(
    { response_format: { type: 'json_schema', json_schema: { name: 'a', schema, description: 'An answer.' } } },
    { response_format: { type: 'json_schema', json_schema: { name: 'a', schema } } },
  ),
  'web_search_options.search_context_size': inner(
    { web_search_options: { search_context_size: 'high' } },
    { web_search_options: {} },
  ),
  'web_search_options.user_location': inner(
    { web_search_options: { user_location: { type: 'approximate', approximate: { city: 'Oslo' } } } },
    { web_search_options: {} },
  ),
  'reasoning.max_tokens': inner(
    { max_completion_tokens: 9000, reasoning: { max_tokens: 4000 } },
    { max_completion_tokens: 9000, reasoning: {} },
  ),
  'stream_options.include_obfuscation': inner(
    { stream: true, stream_options: { include_obfuscation: true } },
    { stream: true },
  ),
  nonsense: inner({ nonsense: 1 }, {}),
  'messages[0].nonsense': inner(
    said({ role: 'user', content: 'Hi.', nonsense: 1 }),
    said({ role: 'user', content: 'Hi.' }),
  ),
  'messages[0].content[0].nonsense': inner(
    said({ role: 'user', content: [{ type: 'text', text: 'Hi.', nonsense: 1 }] }),
    said({ role: 'user', content: [{ type: 'text', text: 'Hi.' }] }),
  ),
}

function inner(whole: JsonObject, without: JsonObject): Inner {
  return { whole, without }
}

function said(...messages: readonly JsonObject[]): JsonObject {
  return { messages }
}

for (const { name, adapter, model, ending } of correspondents) {
  describe(`${name} leaves no field without an answer`, () => {
    const probe = async (field: string, whole: JsonObject, without: JsonObject): Promise<boolean> => {
      const base = { model, messages: [{ role: 'user', content: 'Hi.' }] }
      const baseline = await ask(adapter, { ...base, ...without }, ending('stop'))
      const probed = await ask(adapter, { ...base, ...whole }, ending('stop'))
      const warned = probed.headers.get('x-dragoman-warnings') ?? ''
      const isSent = JSON.stringify(probed.sent) !== JSON.stringify(baseline.sent)
      const isReported = warned.split('; ').some((warning) => covers(warning.split('=')[0] ?? '', field))
      const isHonoured = HONOURED[field]?.({ ...base, ...whole }, adapter) ?? false
      return isSent || isReported || isHonoured || refuses(probed, [field]) || refuses(baseline, Object.keys(without))
    }

    for (const [field, { value, beside = {} }] of Object.entries(PROBES)) {
      test(`${field} is sent, reported or refused`, async () => {
        expect(await probe(field, { ...beside, [field]: value }, beside)).toBe(true)
      })
    }
    for (const [field, { whole, without }] of Object.entries(INNER)) {
      test(`${field} is sent, reported or refused`, async () => {
        expect(await probe(field, whole, without)).toBe(true)
      })
    }
  })
}

/** Fields that providers without a word for them have honoured in the reply. */
const HONOURED: Readonly<Record<string, (request: JsonObject, adapter: Adapter) => boolean>> = {
  parallel_tool_calls: (request, adapter) => singles(request, adapter),
}

/** Whether only the first call of a reply would be told. */
function singles(request: JsonObject, adapter: Adapter): boolean {
  const asked = chat.parse(request, () => {}).request
  const codec = codecFor(adapter, asked.model)
  return (
    codec !== undefined &&
    translate(asked, { provider: adapter.name, adapter, model: asked.model }, codec, () => {}).undo?.single === true
  )
}

/** Whether a warning or an error is about a field: it names the field, something inside it, something it is inside of, or a member wherever it stands. */
function covers(named: string, field: string): boolean {
  const isInside = (one: string, other: string): boolean =>
    one.startsWith(other) && /^(?:$|[.[])/u.test(one.slice(other.length))
  return isInside(named, field) || isInside(field, named) || field.endsWith(`.${named}`)
}

/** Whether a request was refused because of one of these fields. What a field needs beside it may be refused before the field comes up. */
function refuses({ status, told }: Outcome, fields: readonly string[]): boolean {
  const error = isObject(told) ? told['error'] : undefined
  const param = isObject(error) ? String(error['param']) : ''
  return status === 400 && fields.some((field) => covers(param, field))
}
