import { BedrockRuntimeClient, ConverseCommand, ConverseStreamCommand } from '@aws-sdk/client-bedrock-runtime'
import { Readable } from 'node:stream'
import { describe, expect, test } from 'vitest'
import { sandbox } from '../../adapters/bedrock/sandbox.ts'

const MODEL = 'us.anthropic.claude-sonnet-4-5-20250929-v1:0'
const NOVA = 'us.amazon.nova-2-lite-v1:0'

/** AWS's own client, whose calls the emulation answers. */
const client = new BedrockRuntimeClient({
  region: 'us-east-1',
  credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  maxAttempts: 1,
  requestHandler: {
    async handle({
      path,
      method,
      headers,
      body,
    }: {
      path: string
      method: string
      headers: HeadersInit
      body: string
    }) {
      const { host: _, ...rest } = Object.fromEntries(new Headers(headers))
      const response = await sandbox(new Request(`http://sandbox${path}`, { method, headers: rest, body }))
      const stream = response.body && Readable.from(response.body)
      return { response: { statusCode: response.status, headers: Object.fromEntries(response.headers), body: stream } }
    },
  },
})

const says = (text: string) => [{ role: 'user' as const, content: [{ text }] }]

/** The status and the body the emulation answers a body with. */
async function ask(
  body: object,
  { model = NOVA, authorization = 'Bearer test' } = {},
): Promise<readonly [status: number, type: string | null, body: { readonly message?: string }]> {
  const url = `http://sandbox/model/${encodeURIComponent(model)}/converse`
  const request = new Request(url, { method: 'POST', headers: { authorization }, body: JSON.stringify(body) })
  const response = await sandbox(request)
  return [response.status, response.headers.get('x-amzn-errortype')?.replace(/:.*/u, '') ?? null, await response.json()]
}

describe("AWS's own client", () => {
  test('is answered', async () => {
    const { output, stopReason, usage } = await client.send(
      new ConverseCommand({ modelId: MODEL, messages: says('Hi.') }),
    )
    expect(output?.message?.content?.[0]?.text).toContain('sandbox')
    expect(stopReason).toBe('end_turn')
    expect(usage?.totalTokens).toBeGreaterThan(0)
  })

  test('is answered the same in a stream, whose frames it can check', async () => {
    const asked = { modelId: MODEL, messages: says('Hi.') }
    const { output } = await client.send(new ConverseCommand(asked))
    const { stream = [] } = await client.send(new ConverseStreamCommand(asked))
    let text = ''
    for await (const event of stream) text += event.contentBlockDelta?.delta?.text ?? ''
    expect(text).toBe(output?.message?.content?.[0]?.text)
  })

  test('hears of an exception in the stream', async () => {
    const messages = says('sandbox:error-mid-stream')
    const { stream = [] } = await client.send(new ConverseStreamCommand({ modelId: MODEL, messages }))
    const read = async (): Promise<void> => {
      for await (const _ of stream);
    }
    await expect(read()).rejects.toMatchObject({ name: 'ServiceUnavailableException' })
  })

  test('hears of an error by its name', async () => {
    const asking = client.send(new ConverseCommand({ modelId: MODEL, messages: says('sandbox:error=429') }))
    await expect(asking).rejects.toMatchObject({ name: 'ThrottlingException' })
  })
})

describe('a request is refused', () => {
  const messages = says('Hi.')
  const tools = [{ toolSpec: { name: 'f', inputSchema: { json: { type: 'object' } } } }]
  const call = { role: 'assistant', content: [{ toolUse: { toolUseId: 'x', name: 'f', input: {} } }] }
  const answer = { role: 'user', content: [{ toolResult: { toolUseId: 'x', content: [{ text: '1' }] } }] }
  const thinking = { thinking: { type: 'enabled', budget_tokens: 1024 } }
  const forged = { reasoningContent: { reasoningText: { text: 'T', signature: 'S' } } }

  test.for([
    ['without credentials', { messages }, { authorization: '' }, 'Missing Authentication Token'],
    ['for a model that is none', { messages }, { model: 'no.such-model' }, 'model identifier is invalid'],
    ['with a member nobody knows', { messages, strange: 1 }, {}, '#/strange'],
    [
      'with tool blocks and no tools',
      { messages: [...messages, call, answer] },
      {},
      'toolConfig field must be defined',
    ],
    [
      'with a call that is not answered',
      { messages: [...messages, call], toolConfig: { tools } },
      {},
      'Expected toolResult',
    ],
    [
      'with a cache point where there is no cache',
      { messages: [{ role: 'user', content: [{ text: 'a' }, { cachePoint: { type: 'default' } }] }] },
      { model: 'qwen.qwen3-32b-v1:0' },
      'prompt caching',
    ],
    [
      'with a choice nobody heeds',
      { messages, toolConfig: { tools, toolChoice: { any: {} } } },
      { model: 'qwen.qwen3-32b-v1:0' },
      'toolConfig.toolChoice.any',
    ],
    [
      'with another family’s thinking',
      { messages, additionalModelRequestFields: thinking },
      {},
      'extraneous key [thinking]',
    ],
    [
      'with thinking and a forced call',
      { messages, additionalModelRequestFields: thinking, toolConfig: { tools, toolChoice: { any: {} } } },
      { model: MODEL },
      'forces tool use',
    ],
    [
      'with thoughts of somebody else',
      { messages: [...messages, { role: 'assistant', content: [forged, { text: 'a' }] }, ...messages] },
      { model: MODEL },
      'Invalid `signature`',
    ],
    [
      'that begins with the model',
      { messages: [{ role: 'assistant', content: [{ text: 'a' }] }, ...messages] },
      {},
      'must start with a user message',
    ],
    [
      'with text beside results',
      {
        messages: [...messages, call, { role: 'user', content: [...answer.content, { text: 'a' }] }],
        toolConfig: { tools },
      },
      { model: 'us.meta.llama4-maverick-17b-instruct-v1:0' },
      'extraneous key [toolResult]',
    ],
  ] as const)('%s', async ([, body, circumstances, words]) => {
    const [status, type, { message }] = await ask(body, circumstances)
    expect(status).toBeGreaterThanOrEqual(400)
    expect(type).toMatch(/Exception$/u)
    expect(message).toContain(words)
  })
})

test('what ends at a cache point is read the next time', async () => {
  const content = [
    { text: `${crypto.randomUUID()} ${'word '.repeat(2000)}` },
    { cachePoint: { type: 'default' } },
    { text: 'a' },
  ]
  const usages = []
  for (let turn = 0; turn < 2; turn++) {
    const [, , body] = await ask({ messages: [{ role: 'user', content }] })
    usages.push(body)
  }
  expect(usages).toMatchObject([
    { usage: { cacheReadInputTokens: 0, cacheWriteInputTokens: expect.any(Number) } },
    { usage: { cacheReadInputTokens: expect.any(Number), cacheWriteInputTokens: 0 } },
  ])
})
