import { describe, expect, test } from 'vitest'
import { bedrock } from '../../adapters/bedrock.ts'
import { call, calls, CLAUDE, encoded, f, hello, LLAMA, NOVA, refused, sent, text, tool, user } from './bedrock-rig.ts'

const KIMI = 'moonshot.kimi-k2-thinking'
const GLM = 'zai.glm-4.7-flash'
const GPT_OSS = 'openai.gpt-oss-120b-1:0'
const QWEN = 'qwen.qwen3-32b-v1:0'
const OPUS_46 = 'us.anthropic.claude-opus-4-6-v1'
const OPUS_5 = 'us.anthropic.claude-opus-5'

describe('the path', () => {
  test.for([
    ['amazon.nova-lite-v1:0', 'amazon.nova-lite-v1%3A0'],
    [
      'arn:aws:bedrock:us-east-1:1:inference-profile/us.amazon.nova-lite-v1:0',
      'arn%3Aaws%3Abedrock%3Aus-east-1%3A1%3Ainference-profile%2Fus.amazon.nova-lite-v1%3A0',
    ],
  ] as const)('of %s is encoded once', ([model, encoded]) => {
    expect(sent({ ...hello, model }).path).toBe(`/model/${encoded}/converse`)
    expect(sent({ ...hello, model, stream: true }).path).toBe(`/model/${encoded}/converse-stream`)
  })

  test('leads to the region', () => {
    expect(bedrock({ region: 'eu-west-1' }).baseURL).toBe('https://bedrock-runtime.eu-west-1.amazonaws.com')
    expect(bedrock({ region: 'cn-north-1' }).baseURL).toBe('https://bedrock-runtime.cn-north-1.amazonaws.com.cn')
  })
})

describe('limits and knobs', () => {
  test('no limit is none, and one beyond the model is clamped', () => {
    expect(sent({ ...hello, max_tokens: undefined }).body.inferenceConfig).toBeUndefined()
    const { body, warnings } = sent({ ...hello, max_tokens: 100_000 })
    expect(body.inferenceConfig).toEqual({ maxTokens: 64_000 })
    expect(warnings).toEqual(['max_tokens=clamped to 64000'])
  })

  test.for([
    [CLAUDE, { temperature: 1.7 }, { temperature: 1 }, 1],
    [NOVA, { temperature: 1.7 }, { temperature: 1 }, 1],
    [NOVA, { temperature: 0, top_p: 0.5 }, { temperature: 0, topP: 0.5 }, 0],
    [CLAUDE, { temperature: 0.5, top_p: 0.5 }, { temperature: 0.5 }, 1],
    [OPUS_5, { temperature: 1.7 }, {}, 1],
    [OPUS_46, { temperature: 0.2, reasoning_effort: 'high' }, {}, 1],
  ] as const)('%s with %j samples with %j', ([model, asked, expected, losses]) => {
    const { body, warnings } = sent({ ...hello, model, ...asked })
    const { maxTokens: _, ...sampling } = body.inferenceConfig
    expect(sampling).toEqual(expected)
    expect(warnings).toHaveLength(losses)
  })

  test.for([
    [CLAUDE, { top_k: 40 }],
    [NOVA, { inferenceConfig: { topK: 40 } }],
    [LLAMA, undefined],
  ] as const)('top_k goes to %s as %j', ([model, fields]) => {
    const { body, warnings } = sent({ ...hello, model, top_k: 40 })
    expect(body.additionalModelRequestFields).toEqual(fields)
    expect(warnings).toHaveLength(fields ? 0 : 1)
  })

  test('stop sequences are told by Claude when asked', () => {
    const { body, warnings } = sent({ ...hello, stop: ['END', '\n', ''] })
    expect(body.inferenceConfig.stopSequences).toEqual(['END'])
    expect(body.additionalModelResponseFieldPaths).toEqual(['/delta/stop_sequence'])
    expect(warnings).toEqual(['stop[1]=whitespace only'])
    const nova = sent({ ...hello, model: NOVA, stop: '\n' }).body
    expect(nova.inferenceConfig.stopSequences).toEqual(['\n'])
    expect(nova.additionalModelResponseFieldPaths).toBeUndefined()
  })

  test.for([
    ['auto', undefined, 0],
    ['default', { type: 'default' }, 0],
    ['flex', { type: 'flex' }, 0],
    ['priority', { type: 'priority' }, 0],
    ['scale', undefined, 1],
  ] as const)('service tier %s is %j', ([service_tier, native, losses]) => {
    const { body, warnings } = sent({ ...hello, service_tier })
    expect(body.serviceTier).toEqual(native)
    expect(warnings).toHaveLength(losses)
  })

  test('metadata are logged, where the provider takes the words', () => {
    const { body, warnings } = sent({ ...hello, metadata: { team: 'blue', note: 'naïve', long: 'x'.repeat(300) } })
    expect(body.requestMetadata).toEqual({ team: 'blue' })
    expect(warnings).toHaveLength(2)
  })

  test('what has no effect is reported', () => {
    const { warnings } = sent({
      ...hello,
      seed: 1,
      user: 'u',
      verbosity: 'low',
      store: true,
      parallel_tool_calls: false,
    })
    expect(warnings.map((one) => one.replace(/=.*/u, '')).toSorted()).toEqual([
      'parallel_tool_calls',
      'seed',
      'store',
      'user',
      'verbosity',
    ])
  })

  test('log probabilities are refused', () => {
    expect(refused({ ...hello, logprobs: true }).param).toBe('logprobs')
  })
})

describe("the provider's own fields", () => {
  test('pass', () => {
    const own = {
      guardrailConfig: { guardrailIdentifier: 'g', guardrailVersion: '1', trace: 'enabled' },
      performanceConfig: { latency: 'optimized' },
      promptVariables: { city: { text: 'Paris' } },
      requestMetadata: { team: 'blue' },
      additionalModelResponseFieldPaths: ['/stop_sequence'],
    }
    expect(sent({ ...hello, ...own }).body).toMatchObject(own)
  })

  test('that go to the model are merged with ours', () => {
    const { additionalModelRequestFields } = sent({
      ...hello,
      model: OPUS_46,
      reasoning_effort: 'low',
      output_config: { task_budget: { type: 'tokens', total: 1000 } },
      anthropic_beta: 'a-1, b-2',
      additionalModelRequestFields: { speed: 'fast' },
    }).body
    expect(additionalModelRequestFields).toEqual({
      thinking: { type: 'adaptive', display: 'summarized' },
      output_config: { effort: 'low', task_budget: { type: 'tokens', total: 1000 } },
      anthropic_beta: ['a-1', 'b-2'],
      speed: 'fast',
    })
  })

  test.for(['guardrailConfig', 'additionalModelRequestFields'])('%s must be an object', (name) => {
    expect(refused({ ...hello, [name]: 'x' }).param).toBe(name)
  })

  test('a guardrail of the configuration watches requests that bring none', () => {
    const guardrail = { guardrailIdentifier: 'g', guardrailVersion: 'DRAFT', streamProcessingMode: 'async' } as const
    const watched = bedrock({ apiKey: 'k', cache: 'off', guardrail })
    const { streamProcessingMode: _, ...whole } = guardrail
    expect(sent(hello, watched).body.guardrailConfig).toEqual(whole)
    expect(sent({ ...hello, stream: true }, watched).body.guardrailConfig).toEqual(guardrail)
    const own = { guardrailIdentifier: 'h', guardrailVersion: '2' }
    expect(sent({ ...hello, guardrailConfig: own }, watched).body.guardrailConfig).toEqual(own)
  })
})

describe('reasoning', () => {
  test.for([
    [CLAUDE, 'high', { thinking: { type: 'enabled', budget_tokens: 16_384 } }, 0],
    [OPUS_46, 'high', { thinking: { type: 'adaptive', display: 'summarized' }, output_config: { effort: 'high' } }, 0],
    [CLAUDE, 'none', undefined, 0],
    [GPT_OSS, 'medium', { reasoning_effort: 'medium' }, 0],
    [GPT_OSS, 'minimal', { reasoning_effort: 'low' }, 0],
    [GPT_OSS, 'none', undefined, 1],
    [GPT_OSS, 'xhigh', { reasoning_effort: 'high' }, 1],
    [QWEN, 'low', { reasoning_config: 'low' }, 0],
    [QWEN, 'medium', { reasoning_config: 'high' }, 1],
    [QWEN, 'none', undefined, 0],
    [NOVA, 'low', { reasoningConfig: { type: 'enabled', maxReasoningEffort: 'low' } }, 0],
    [NOVA, 'high', { reasoningConfig: { type: 'enabled', maxReasoningEffort: 'medium' } }, 1],
    [LLAMA, 'high', undefined, 1],
    [KIMI, 'high', undefined, 1],
  ] as const)('%s thinks with effort %s as %j', ([model, reasoning_effort, fields, losses]) => {
    const { body, warnings } = sent({ ...hello, model, reasoning_effort, max_tokens: 40_000 })
    expect(body.additionalModelRequestFields).toEqual(fields)
    // Not every model writes as much as is asked for here.
    expect(warnings.filter((warning) => !JSON.stringify(warning).includes('max_tokens'))).toHaveLength(losses)
  })

  test('Nova thinks deeply without a limit, and takes no sampling parameters then', () => {
    const { body, warnings } = sent({
      ...hello,
      model: NOVA,
      reasoning_effort: 'high',
      max_tokens: undefined,
      temperature: 0.5,
    })
    expect(body.additionalModelRequestFields).toEqual({
      reasoningConfig: { type: 'enabled', maxReasoningEffort: 'high' },
    })
    expect(body.inferenceConfig).toBeUndefined()
    expect(warnings).toEqual(['temperature=unsupported while thinking deeply'])
  })

  test('an effort that is none is refused', () => {
    for (const model of [NOVA, CLAUDE])
      expect(refused({ ...hello, model, reasoning_effort: 'so-so' }).param).toBe('reasoning_effort')
  })

  test.for([CLAUDE, OPUS_46])('%s does not think where a call is forced', (model) => {
    const { body, warnings } = sent({
      ...hello,
      model,
      max_tokens: 9000,
      reasoning_effort: 'low',
      tools: [f],
      tool_choice: 'required',
    })
    expect(body.additionalModelRequestFields).toBeUndefined()
    expect(body.toolConfig.toolChoice).toEqual({ any: {} })
    expect(warnings).toEqual(['reasoning_effort=turned off: not possible together with a forced tool_choice'])
  })

  test('Claude does not think within a budget where the thoughts behind the last calls are gone', () => {
    const messages = [user('a'), calls(call('x')), tool('x', 'ok')]
    const { body, warnings } = sent({ messages, tools: [f], max_tokens: 9000, reasoning_effort: 'low' })
    expect(body.additionalModelRequestFields).toBeUndefined()
    expect(warnings).toHaveLength(1)
  })
})

describe('tools', () => {
  const named = (name: string, rest = {}) => ({ type: 'function', function: { name, ...rest } })

  test.for([
    [{}, { type: 'object', properties: {} }],
    [{ parameters: { properties: {} } }, { type: 'object', properties: {} }],
    [{ description: '' }, { type: 'object', properties: {} }],
  ] as const)('%j has a schema for an object', ([rest, json]) => {
    expect(sent({ ...hello, tools: [named('f', rest)] }).body.toolConfig).toEqual({
      tools: [{ toolSpec: { name: 'f', inputSchema: { json } } }],
    })
  })

  test('must take objects', () => {
    const tools = [named('f', { parameters: { type: 'string' } })]
    expect(refused({ ...hello, tools }).param).toBe('tools[0].function.parameters')
  })

  test('have names the provider takes, in the tools, the choice and the history, and get their own back', () => {
    const name = 'github.create_issue/v2'
    const { body, names } = sent({
      messages: [user('a'), calls(call('x', '{}', name)), tool('x', 'ok')],
      tools: [named(name), named('github_create_issue_v2')],
      tool_choice: { type: 'function', function: { name } },
    })
    const [alias, other] = body.toolConfig.tools.map(({ toolSpec }: { toolSpec: { name: string } }) => toolSpec.name)
    expect(alias).toMatch(/^[\w-]{1,64}$/u)
    expect(other).not.toBe(alias)
    expect(body.toolConfig.toolChoice).toEqual({ tool: { name: alias } })
    expect(body.messages[1].content[0].toolUse.name).toBe(alias)
    expect([...names]).toEqual([[alias, name]])
  })

  test('are made up from the history where there are none', () => {
    const messages = [user('a'), calls(call('x', '{}', 'g'), call('y', '{}', 'h')), tool('y', '2'), tool('x', '1')]
    const { body, warnings } = sent({ messages })
    const stub = { description: 'Not available any more.', inputSchema: { json: { type: 'object' } } }
    expect(body.toolConfig).toEqual({
      tools: [{ toolSpec: { name: 'g', ...stub } }, { toolSpec: { name: 'h', ...stub } }],
    })
    expect(warnings).toEqual(['tools=made up from the earlier calls, which the provider refuses without'])
  })

  test('are not sent where none may be called', () => {
    expect(sent({ ...hello, tools: [f], tool_choice: 'none' }).body.toolConfig).toBeUndefined()
  })

  test('are sent, and asked not to be called, where earlier calls refer to them', () => {
    const messages = [user('a'), calls(call('x')), tool('x', '1')]
    const { body, warnings } = sent({ messages, tools: [f], tool_choice: 'none' })
    expect(body.toolConfig.toolChoice).toBeUndefined()
    expect(body.toolConfig.tools).toHaveLength(1)
    expect(body.system).toEqual([{ text: 'Do not call any tool now.' }])
    expect(warnings).toHaveLength(1)
  })

  const tools = [f, named('g')]
  const allowed = { type: 'allowed_tools', allowed_tools: { mode: 'required', tools: [named('g')] } }

  test.for([
    [CLAUDE, 'auto', undefined, 2, 0],
    [CLAUDE, 'required', { any: {} }, 2, 0],
    [CLAUDE, named('g'), { tool: { name: 'g' } }, 2, 0],
    [CLAUDE, allowed, { any: {} }, 1, 1],
    [GLM, 'required', { any: {} }, 2, 0],
    [LLAMA, 'required', undefined, 2, 1],
    [LLAMA, named('g'), undefined, 1, 2],
    [OPUS_5 + '-5', 'required', undefined, 2, 1],
  ] as const)('%s with the choice %j', ([model, tool_choice, toolChoice, count, losses]) => {
    const { body, warnings } = sent({ ...hello, model, tools, tool_choice })
    expect(body.toolConfig.toolChoice).toEqual(toolChoice)
    expect(body.toolConfig.tools).toHaveLength(count)
    expect(warnings).toHaveLength(losses)
  })

  test('of other providers are refused', () => {
    const tools = [{ type: 'web_search_20250305', name: 'web_search' }]
    expect(refused({ ...hello, tools }).param).toBe('tools[0]')
  })

  test('are strict where the model can be held to them', () => {
    const strict = named('f', { strict: true, parameters: { type: 'object', properties: { a: { type: 'string' } } } })
    const { toolSpec } = sent({ ...hello, tools: [strict] }).body.toolConfig.tools[0]
    expect(toolSpec).toMatchObject({ strict: true, inputSchema: { json: { additionalProperties: false } } })
    expect(sent({ ...hello, model: NOVA, tools: [strict] }).warnings).toHaveLength(1)
  })

  test("include the provider's own, and Nova's search of the web", () => {
    const own = { type: 'system', name: 'nova_code_interpreter', systemTool: { name: 'nova_code_interpreter' } }
    expect(sent({ ...hello, model: NOVA, tools: [own] }).body.toolConfig.tools).toEqual([
      { systemTool: own.systemTool },
    ])
    expect(sent({ ...hello, model: NOVA, web_search_options: {} }).body.toolConfig.tools).toEqual([
      { systemTool: { name: 'nova_grounding' } },
    ])
    expect(refused({ ...hello, web_search_options: {} }).param).toBe('web_search_options')
  })
})

describe('structured answers', () => {
  const schema = { type: 'object', properties: { n: { type: 'string' } }, required: ['n'] }
  const format = (schema: object) => ({ type: 'json_schema', json_schema: { name: 'city', strict: true, schema } })
  const jsonSchema = (body: { outputConfig: { textFormat: { structure: { jsonSchema: { schema: string } } } } }) =>
    body.outputConfig.textFormat.structure.jsonSchema

  test('are native, the schema as JSON in a string: closed for Claude, untouched for others', () => {
    expect(JSON.parse(jsonSchema(sent({ ...hello, response_format: format(schema) }).body).schema)).toEqual({
      ...schema,
      additionalProperties: false,
    })
    const glm = jsonSchema(sent({ ...hello, model: GLM, response_format: format(schema) }).body)
    expect(glm).toEqual({ name: 'city', schema: JSON.stringify(schema) })
  })

  test.for([
    [NOVA, { tool: { name: 'json_output' } }],
    [OPUS_5, { tool: { name: 'json_output' } }],
  ] as const)('are asked of %s through a tool', ([model, toolChoice]) => {
    const { body } = sent({ ...hello, model, response_format: format(schema) })
    expect(body.toolConfig.toolChoice).toEqual(toolChoice)
    expect(body.outputConfig).toBeUndefined()
  })

  test.for([LLAMA, GPT_OSS])('are asked of %s in words', (model) => {
    const { body } = sent({ ...hello, model, response_format: format(schema) })
    expect(body.system[0].text).toContain('JSON Schema')
    expect(body.toolConfig).toBeUndefined()
  })

  test('that cannot be had beside tools are refused', () => {
    expect(refused({ ...hello, model: NOVA, tools: [f], response_format: format(schema) }).param).toBe(
      'response_format',
    )
    expect(sent({ ...hello, tools: [f], response_format: format(schema) }).body.outputConfig).toBeDefined()
  })

  test('that may be any object are asked for in words', () => {
    expect(sent({ ...hello, response_format: { type: 'json_object' } }).body.system[0].text).toContain('JSON')
  })
})

describe('cache points', () => {
  const long = 'x'.repeat(5000)
  const auto = bedrock({ apiKey: 'k' })
  const messages = [{ role: 'system', content: long }, user('a'), { role: 'assistant', content: 'b' }, user('c')]
  const point = { cachePoint: { type: 'default' } }

  test('are placed at the ends: tools, instructions, the last request and this one', () => {
    const { body } = sent({ messages, tools: [f] }, auto)
    expect(body.system.at(-1)).toEqual(point)
    expect(body.toolConfig.tools.at(-1)).toEqual(point)
    expect(
      body.messages.map(
        ({ content }: { content: object[] }) => content.includes(content.at(-1)!) && 'cachePoint' in content.at(-1)!,
      ),
    ).toEqual([true, false, true])
    expect(sent({ messages, tools: [f], model: NOVA }, auto).body.toolConfig.tools).toHaveLength(1)
  })

  test('are not placed in short prompts, nor for models without a cache', () => {
    expect(sent(hello, auto).text).not.toContain('cachePoint')
    expect(sent({ messages, model: LLAMA }, auto).text).not.toContain('cachePoint')
  })

  test('stand where the caller marks, and then nowhere else', () => {
    const marked = { ...text(long), cache_control: { type: 'ephemeral', ttl: '1h' } }
    const { body } = sent({ messages: [user([marked, text('b')])] }, auto)
    expect(body.messages[0].content).toEqual([
      { text: long },
      { cachePoint: { type: 'default', ttl: '1h' } },
      { text: 'b' },
    ])
  })

  test('never stand right behind a document', () => {
    const file = {
      type: 'file',
      file: { file_data: 'data:text/plain;base64,YQ==' },
      cache_control: { type: 'ephemeral' },
    }
    const { content } = sent({ messages: [user([text('a'), file])] }).body.messages[0]
    expect(content.map((block: object) => Object.keys(block)[0])).toEqual(['text', 'cachePoint', 'document'])
  })

  test('are at most four', () => {
    const marked = (words: string) => ({ ...text(words), cache_control: { type: 'ephemeral' } })
    const { body, warnings } = sent({ messages: [user(['a', 'b', 'c', 'd', 'e'].map(marked))] })
    expect(body.messages[0].content.filter((block: object) => 'cachePoint' in block)).toHaveLength(4)
    expect(warnings).toEqual(['cache_control=at most 4 marks, the oldest were dropped'])
  })

  test.for([
    [NOVA, '1h', undefined, 1],
    [CLAUDE, '1h', '1h', 0],
    [CLAUDE, '5m', undefined, 0],
  ] as const)('of %s for %s', ([model, ttl, sentTtl, losses]) => {
    const { body, warnings } = sent({
      model,
      messages: [user([{ ...text('a'), cache_control: { type: 'ephemeral', ttl } }])],
    })
    expect(body.messages[0].content[1].cachePoint.ttl).toBe(sentTtl)
    expect(warnings).toHaveLength(losses)
  })
})

describe('a longer history', () => {
  test('begins like a shorter one, byte for byte', () => {
    const turns = [
      user('a'),
      calls(call('x', '{"b":1,"a":2}')),
      tool('x', '1'),
      user('b'),
      { role: 'assistant', content: 'c' },
    ]
    const one = sent({ messages: turns.slice(0, 4), tools: [f] }).text
    const other = sent({ messages: [...turns, user('d')], tools: [f] }).text
    expect(other.startsWith(one.slice(0, -2))).toBe(true)
    expect(one).toContain('{"b":1,"a":2}')
  })
})

test('an id that says nothing of its model stands for one in the configuration', () => {
  const id = 'arn:aws:bedrock:us-east-1:000000000000:application-inference-profile/abc'
  const known = bedrock({ apiKey: 'k', cache: 'off', models: { [id]: CLAUDE } })
  expect(sent({ ...hello, model: id, top_k: 3 }, known).body.additionalModelRequestFields).toEqual({ top_k: 3 })
  expect(sent({ ...hello, model: id, top_k: 3 }).warnings).toEqual(['top_k=unsupported'])
})

test('a request is encoded the same each time', () => {
  const request = { model: CLAUDE, stream: false, messages: [{ role: 'user' as const, content: 'Hi.' }] }
  expect(encoded(request).text).toBe(encoded(request).text)
})
