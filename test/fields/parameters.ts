/**
 * The parameters of a request, each in the forms that are answered apart.
 *
 * @module
 */
import type OpenAI from 'openai'
import type { Json, JsonObject } from '../../src/canonical.ts'
import { custom, drawing, other, type Probe, schema, speaking, tool, user } from './probe.ts'

/** A value of a parameter, such that leaving it out would ask for something else; or an idle one. */
interface Form {
  readonly value: Json
  /** How the form is called, where its parameter has several. */
  readonly as?: string
  /** What the parameter needs beside it. */
  readonly beside?: JsonObject
  readonly idle?: boolean
  readonly foreign?: boolean
  readonly models?: Readonly<Record<string, string>>
}

const tools = [tool, other]
const json_schema = { name: 'answer', schema }
const room = { max_completion_tokens: 9000 }

/** A form that needs nothing to be said about it. */
const form = (value: Json, beside?: JsonObject): Form => ({ value, ...(beside && { beside }) })
/** One of several: called by what it is. */
const word = (value: Json, beside?: JsonObject): Form => ({ ...form(value, beside), as: JSON.stringify(value) })
const idle = (value: Json, beside?: JsonObject): Form => ({ ...word(value, beside), idle: true })
const called = (as: string, value: Json, beside?: JsonObject): Form => ({ ...form(value, beside), as })

type Params = OpenAI.ChatCompletionCreateParamsStreaming
type Kind<T> = T extends { type: infer Name extends string } ? Name : Extract<T, string>

/** Whatever OpenAI has forms of is here by its types as well, so that a form it adds is an error of types. */
const FORMATS: Readonly<Record<Kind<NonNullable<Params['response_format']>>, readonly Form[]>> = {
  text: [idle({ type: 'text' })],
  json_object: [called('json_object', { type: 'json_object' })],
  json_schema: [
    called('json_schema', { type: 'json_schema', json_schema }),
    called('json_schema beside tools', { type: 'json_schema', json_schema }, { tools }),
  ],
}
const CHOICES: Readonly<Record<Kind<NonNullable<Params['tool_choice']>>, readonly Form[]>> = {
  auto: [idle('auto', { tools })],
  none: [word('none', { tools })],
  required: [word('required', { tools })],
  function: [called('a function', { type: 'function', function: { name: 'get_time' } }, { tools })],
  custom: [called('a custom tool', { type: 'custom', custom: { name: 'run' } }, { tools: [custom, tool] })],
  allowed_tools: [
    called('allowed_tools, auto', allowed('auto'), { tools }),
    called('allowed_tools, required', allowed('required'), { tools }),
  ],
}
const TOOLS: Readonly<Record<Kind<OpenAI.ChatCompletionTool>, readonly Form[]>> = {
  function: [called('function', [tool])],
  custom: [called('custom', [custom])],
}

/** Every parameter of OpenAI's. One that it adds is an error of types here. */
const PARAMETERS: Readonly<Record<keyof Params, readonly Form[]>> = {
  // Every request has one, and every other field is tried with it.
  model: [],
  messages: [form([user('Something else.')])],
  audio: [
    { ...form({ format: 'pcm16', voice: 'alloy' }, { modalities: ['text', 'audio'] }), models: speaking },
    called('without audio among the modalities', { format: 'pcm16', voice: 'alloy' }),
  ],
  frequency_penalty: [idle(0), form(0.5)],
  function_call: [
    word('none', { functions: [tool.function] }),
    called('by name', { name: 'get_time' }, { functions: [tool.function] }),
  ],
  functions: [form([tool.function])],
  logit_bias: [form({ '50256': -100 })],
  logprobs: [idle(false), form(true)],
  max_completion_tokens: [form(77)],
  max_tokens: [form(78)],
  metadata: [form({ team: 'blue' })],
  modalities: [
    idle(['text']),
    { ...word(['text', 'audio'], { audio: { format: 'pcm16', voice: 'alloy' } }), models: speaking },
    { ...word(['text', 'image']), models: drawing },
  ],
  moderation: [form({ model: 'omni-moderation-latest' })],
  n: [idle(1), word(2), called('9', 9)],
  parallel_tool_calls: [idle(true, { tools }), word(false, { tools })],
  prediction: [form({ type: 'content', content: 'Hi.' })],
  presence_penalty: [idle(0), form(0.5)],
  prompt_cache_key: [form('conversation-7')],
  // Only a long prompt is cached at all.
  prompt_cache_options: [
    called('mode: "explicit"', { mode: 'explicit' }, { messages: [user('Once upon a time. '.repeat(2500))] }),
    called('ttl', { ttl: '30m' }, { messages: [user('Once upon a time. '.repeat(2500))] }),
  ],
  prompt_cache_retention: [form('24h')],
  // Of a model that does not think unasked, `none` asks nothing.
  reasoning_effort: [idle('none', room), word('low', room), word('high', room), word('max', room)],
  response_format: Object.values(FORMATS).flat(),
  safety_identifier: [form('person-7')],
  seed: [form(7)],
  service_tier: [idle('auto'), idle('default'), word('flex'), word('priority')],
  stop: [
    called('a string', 'END'),
    called('a list', ['END']),
    called('white space', ['\n\n']),
    { ...called('six', [...'abcdef']), foreign: true },
  ],
  store: [idle(false), form(true)],
  // Without a limit a provider may be asked for a stream in any case.
  stream: [idle(false), form(true, { max_completion_tokens: 100 })],
  stream_options: [
    called('include_usage', { include_usage: true }, { stream: true }),
    called('include_obfuscation', { include_obfuscation: true }, { stream: true }),
  ],
  temperature: [word(0), word(0.5), word(2)],
  tool_choice: Object.values(CHOICES).flat(),
  tools: Object.values(TOOLS).flat(),
  top_logprobs: [form(3, { logprobs: true })],
  top_p: [form(0.5)],
  user: [form('user-91')],
  verbosity: [idle('medium'), word('low'), word('high')],
  web_search_options: [form({})],
}

function allowed(mode: string): Json {
  const { description: _, ...named } = tool.function
  return { type: 'allowed_tools', allowed_tools: { mode, tools: [{ type: 'function', function: named }] } }
}

/** Members further in, with what stands around them. */
const INNER: readonly Probe[] = [
  inner('tools[].function.description', within('description', 'Tells the time.')),
  inner(
    'tools[].function.parameters',
    within('parameters', { type: 'object', properties: { zone: { type: 'string' } } }),
  ),
  inner('tools[].function.strict', within('strict', true)),
  inner('tools[].cache_control', [{ tools: [{ ...tool, cache_control: { type: 'ephemeral' } }] }, { tools: [tool] }]),
  inner('tools[].custom.format', [
    {
      tools: [
        {
          type: 'custom',
          custom: { ...custom.custom, format: { type: 'grammar', grammar: { syntax: 'regex', definition: 'a+' } } },
        },
      ],
    },
    { tools: [custom] },
  ]),
  inner('response_format.json_schema.description', answering({ description: 'An answer.' })),
  inner('response_format.json_schema.strict', answering({ strict: true })),
  inner('web_search_options.search_context_size', [
    { web_search_options: { search_context_size: 'high' } },
    { web_search_options: {} },
  ]),
  inner('web_search_options.user_location', [
    { web_search_options: { user_location: { type: 'approximate', approximate: { city: 'Oslo', country: 'NO' } } } },
    { web_search_options: {} },
  ]),
  inner('moderation.policy', [
    { moderation: { model: 'omni-moderation-latest', policy: { input: { mode: 'block' } } } },
    { moderation: { model: 'omni-moderation-latest' } },
  ]),
]

function inner(name: string, [whole, without]: readonly [JsonObject, JsonObject]): Probe {
  const foreign = name.endsWith('cache_control')
  return { name, params: [name.replaceAll('[]', '[0]')], whole, without, ...(foreign && { foreign }) }
}

function within(member: string, value: Json): readonly [JsonObject, JsonObject] {
  // A strict tool needs a schema.
  const base: JsonObject = { name: 'get_time', ...(member === 'strict' && { parameters: schema }) }
  return [
    { tools: [{ type: 'function', function: { ...base, [member]: value } }] },
    { tools: [{ type: 'function', function: base }] },
  ]
}

function answering(more: JsonObject): readonly [JsonObject, JsonObject] {
  return [
    { response_format: { type: 'json_schema', json_schema: { ...json_schema, ...more } } },
    { response_format: { type: 'json_schema', json_schema } },
  ]
}

/** All of them, by name. */
export const parameters: readonly Probe[] = [
  ...Object.entries(PARAMETERS).flatMap(([param, forms]) =>
    forms.map(({ value, as, beside = {}, ...rest }) => ({
      name: as === undefined ? param : `${param}: ${as}`,
      params: [param],
      whole: { ...beside, [param]: value },
      without: beside,
      ...rest,
    })),
  ),
  ...INNER,
]
