import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { GatewayError } from '../../../src/errors.ts'
import { responses } from '../../../src/surfaces/responses/index.ts'
import { isObject } from '../../../src/wire/json.ts'
import { session } from '../session.ts'

const image = 'data:image/png;base64,AAAA'

/** A request that says everything there is to say, but for what is refused or has no effect. */
const everything = {
  model: 'm',
  instructions: 'Be brief.',
  stream: true,
  stream_options: { include_obfuscation: false },
  background: false,
  include: ['reasoning.encrypted_content', 'message.output_text.logprobs'],
  max_output_tokens: 9,
  temperature: 0.5,
  top_p: 1,
  top_k: 4,
  top_logprobs: 3,
  text: {
    format: { type: 'json_schema', name: 'n', description: 'd', schema: { type: 'object' }, strict: true },
    verbosity: 'low',
  },
  reasoning: { effort: 'high', summary: 'auto', context: 'auto', mode: 'standard', max_tokens: 5 },
  truncation: 'disabled',
  user: 'u',
  safety_identifier: 's',
  metadata: { a: 'b' },
  store: false,
  service_tier: 'flex',
  prompt_cache_key: 'k',
  prompt_cache_options: { mode: 'explicit', ttl: '30m' },
  prompt_cache_retention: '24h',
  cache_control: { type: 'ephemeral', ttl: '5m' },
  moderation: { model: 'x' },
  parallel_tool_calls: false,
  tools: [
    {
      type: 'function',
      name: 'f',
      description: 'd',
      parameters: { type: 'object' },
      strict: true,
      cache_control: { type: 'ephemeral' },
    },
    { type: 'custom', name: 'sql', format: { type: 'grammar', definition: 'x', syntax: 'lark' } },
    { type: 'namespace', name: 'ns', tools: [{ type: 'function', name: 'f' }] },
    { type: 'web_search', search_context_size: 'low', user_location: { type: 'approximate', city: 'c' } },
    { type: 'web_fetch', name: 'w', limit: { uses: 1 } },
  ],
  tool_choice: { type: 'allowed_tools', mode: 'auto', tools: [{ type: 'function', name: 'f' }] },
  input: [
    {
      role: 'developer',
      content: [{ type: 'input_text', text: 'a', cache_control: { type: 'ephemeral', ttl: '1h' } }],
    },
    {
      type: 'message',
      role: 'user',
      content: [
        { type: 'input_text', text: 'a', prompt_cache_breakpoint: { mode: 'explicit' } },
        { type: 'input_image', image_url: image, detail: 'low' },
        { type: 'input_audio', input_audio: { data: 'AAAA', format: 'wav' } },
        {
          type: 'input_file',
          file_data: 'data:text/plain;base64,AAAA',
          filename: 'a.txt',
          citations: { enabled: true },
        },
        { type: 'input_file', file_id: 'f' },
      ],
    },
    { type: 'reasoning', id: 'rs_1', summary: [{ type: 'summary_text', text: 'Hm.' }] },
    {
      type: 'message',
      id: 'msg_1',
      role: 'assistant',
      status: 'completed',
      content: [
        {
          type: 'output_text',
          text: 'ab',
          annotations: [{ type: 'url_citation', start_index: 0, end_index: 1, url: 'https://a.test', title: 'A' }],
        },
        { type: 'refusal', refusal: 'b' },
      ],
    },
    { type: 'function_call', id: 'fc_1', call_id: 'a', name: 'f', arguments: '{', namespace: 'ns' },
    { type: 'custom_tool_call', call_id: 'b', name: 'sql', input: 'x', extra_content: { one: { two: 3 } } },
    { type: 'image_generation_call', id: 'ig_1', result: 'AAAA', output_format: 'png' },
    { type: 'custom_tool_call_output', call_id: 'b', output: 'x', is_error: true },
    { type: 'function_call_output', call_id: 'a', output: [{ type: 'input_image', image_url: image }] },
    { role: 'user', content: 'Hi.' },
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
async function outcome(body: unknown): Promise<string> {
  const warnings: unknown[] = []
  try {
    const asked = await responses.parse(body, (...warning) => warnings.push(warning), session())
    return JSON.stringify([asked.request, warnings])
  } catch (error) {
    if (error instanceof GatewayError) return JSON.stringify(error.failure)
    throw error
  }
}

test('says everything without a warning', async () => {
  const warnings: unknown[] = []
  await responses.parse(everything, (...warning) => warnings.push(warning), session())
  expect(warnings).toEqual([])
})

const objects = paths(everything).filter((path) => isObject(at(everything, path)))

test.each(objects.map((path) => path.join('.')))(
  'a member nobody knows in "%s" is kept, reported or refused',
  async (joined) => {
    const path = objects.find((candidate) => candidate.join('.') === joined) ?? []
    const own = at(everything, path)
    expect(await outcome(changed(path, isObject(own) ? { ...own, zzz: 'zzz' } : own))).toContain('zzz')
  },
)

test('whatever stands wherever, a request is read or refused', async () => {
  const anywhere = fc.constantFrom(...paths(everything))
  const anything = fc.oneof(
    fc.jsonValue({ maxDepth: 2 }),
    fc.constantFrom(null, '', 0, -1, 1e300, [], {}, [[]], [{}], { type: 'input_text' }, { __proto__: null }),
  )
  await fc.assert(
    fc.asyncProperty(anywhere, anything, async (path, value) => {
      expect(await outcome(changed(path, value))).toBeTypeOf('string')
    }),
    { numRuns: 1000 },
  )
})

test.each([
  ['background', true, undefined],
  ['access_programs', [{}], 'access_programs'],
  ['image', {}, 'image'],
  ['max_tool_calls', 3, 'max_tool_calls'],
  ['context_management', [{ type: 'compaction' }], 'context_management'],
  ['truncation', 'auto', 'truncation'],
  ['stream_options', { include_obfuscation: true }, 'stream_options.include_obfuscation'],
  ['reasoning', { context: 'current_turn' }, 'reasoning.context'],
  ['reasoning', { mode: 'pro' }, 'reasoning.mode'],
  ['prompt_cache_options', { prewarm: true }, 'prompt_cache_options.prewarm'],
  ['prompt_cache_options', { comparison_response_id: 'resp_1' }, 'prompt_cache_options.comparison_response_id'],
  ['include', ['web_search_call.action.sources'], 'include[0]'],
  ['include', ['message.input_image.image_url'], 'include[0]'],
  ['tools', [{ type: 'web_search', filters: { allowed_domains: ['a.test'] } }], 'tools[0].filters'],
  ['tools', [{ type: 'web_search', external_web_access: false }], 'tools[0].external_web_access'],
  ['tools', [{ type: 'web_search', search_content_types: ['image'] }], 'tools[0].search_content_types'],
  [
    'tools',
    [{ type: 'namespace', name: 'a', description: 'd', tools: [{ type: 'function', name: 'f' }] }],
    'tools[0].description',
  ],
  ['tools', [{ type: 'function', name: 'f', output_schema: {} }], 'tools[0].output_schema'],
  ['tools', [{ type: 'function', name: 'f', defer_loading: true }], 'tools[0].defer_loading'],
  ['tools', [{ type: 'function', name: 'f', allowed_callers: ['programmatic'] }], 'tools[0].allowed_callers'],
  ['tools', [{ type: 'function', name: 'f', async: true }], 'tools[0].async'],
  [
    'input',
    [
      { role: 'user', content: 'Hi.' },
      { type: 'web_search_call', id: 'ws_1', status: 'completed' },
    ],
    'input[1]',
  ],
  [
    'input',
    [
      { role: 'user', content: 'Hi.' },
      { type: 'image_generation_call', id: 'ig_1', result: null },
    ],
    'input[1]',
  ],
  ['input', [{ type: 'reasoning', summary: [], encrypted_content: 'gAAAAABo' }], 'input[0].encrypted_content'],
  [
    'input',
    [{ role: 'user', content: [{ type: 'input_file', file_id: 'f', detail: 'high' }] }],
    'input[0].content[0].detail',
  ],
])('what has no effect is reported or refused: %s as %j', async (name, value, param) => {
  const told = await outcome({ model: 'm', input: 'Hi.', [name]: value })
  expect(told).toContain(param === undefined ? '"status":400' : `["${param}","`)
})
