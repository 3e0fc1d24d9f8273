import OpenAI, { APIError, RateLimitError } from 'openai'
import { describe, expect, test } from 'vitest'
import { anthropic } from '../../adapters/anthropic.ts'
import { sandbox as anthropicSandbox } from '../../adapters/anthropic/sandbox.ts'
import { openai } from '../../adapters/openai.ts'
import { sandbox as openaiSandbox } from '../../adapters/openai/sandbox.ts'
import { createGateway } from '../../src/gateway.ts'
import type { Emulation } from '../../src/sandbox.ts'

/** What was asked of the emulations, in the providers' words. */
const sent: string[] = []

function through(emulation: Emulation): typeof globalThis.fetch {
  return async (input, init) => {
    const request = new Request(input, init)
    sent.push(await request.clone().text())
    return emulation(request)
  }
}

const gateway = createGateway({
  providers: {
    anthropic: { adapter: anthropic({ apiKey: 'sandbox' }), fetch: through(anthropicSandbox) },
    openai: { adapter: openai({ apiKey: 'sandbox' }), fetch: through(openaiSandbox) },
  },
})
const client = new OpenAI({ apiKey: '-', baseURL: 'http://gateway/v1', fetch: gateway.fetch, maxRetries: 0 })

const parameters = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] }

describe.each(['anthropic/claude-opus-5', 'anthropic/claude-haiku-4-5', 'openai/gpt-5-mini'])(
  '%s, without any key',
  (model) => {
    test('answers, whole and streamed', async () => {
      const messages = [{ role: 'user' as const, content: 'Hello' }]
      const whole = await client.chat.completions.create({ model, messages })
      expect(whole.choices[0]?.message.content).toContain('You said: "Hello".')
      const streamed = await client.chat.completions.stream({ model, messages }).finalChatCompletion()
      expect(streamed.choices[0]?.message.content).toBe(whole.choices[0]?.message.content)
    })

    test('goes round with tools, thinking as it does', async () => {
      const runner = client.chat.completions.runTools({
        model,
        messages: [{ role: 'user', content: 'Weather in Paris and Rome?' }],
        reasoning_effort: 'low',
        tools: [
          {
            type: 'function',
            function: {
              name: 'get_weather',
              description: 'Tells the weather.',
              parameters,
              parse: JSON.parse,
              function: ({ city }: { city: string }) => `mild in ${city}`,
            },
          },
        ],
      })
      expect(await runner.finalContent()).toContain('get_weather → "mild in Paris"; get_weather → "mild in Rome"')
    })

    test('answers in a form', async () => {
      const schema = { ...parameters, additionalProperties: false }
      const { choices } = await client.chat.completions.create({
        model,
        messages: [{ role: 'user', content: 'Tell me about Lisbon' }],
        response_format: { type: 'json_schema', json_schema: { name: 'city', strict: true, schema } },
      })
      expect(JSON.parse(choices[0]?.message.content ?? '')).toEqual({ city: 'Lisbon' })
    })

    test('gives a JSON object', async () => {
      const messages = [{ role: 'user' as const, content: 'Some JSON' }]
      const { choices } = await client.chat.completions.create({
        model,
        messages,
        response_format: { type: 'json_object' },
      })
      expect(JSON.parse(choices[0]?.message.content ?? '')).toMatchObject({ sandbox: true })
    })

    test('fails as it is asked to', async () => {
      const ask = (content: string): Promise<unknown> =>
        client.chat.completions.create({ model, messages: [{ role: 'user', content }] })
      await expect(ask('sandbox:error=429')).rejects.toThrow(RateLimitError)
      await expect(ask('sandbox:cut')).rejects.toThrow(APIError)
      const stream = client.chat.completions.stream({ model, messages: [{ role: 'user', content: 'sandbox:cut' }] })
      await expect(stream.finalChatCompletion()).rejects.toThrow(APIError)
    })
  },
)

test('goes on where the provider paused', async () => {
  const messages = [{ role: 'user' as const, content: 'Look it up. sandbox:pause' }]
  const { choices } = await client.chat.completions.create({ model: 'anthropic/claude-haiku-4-5', messages })
  expect(choices[0]).toMatchObject({
    finish_reason: 'stop',
    message: { content: expect.stringContaining('Look it up.') },
  })
})

test('fails as the model’s name asks, bare or with its provider', async () => {
  for (const model of ['anthropic/claude-haiku-4-5:sandbox:error=529', 'gpt-5-mini:sandbox:error=503']) {
    const refused = client.chat.completions.create({ model, messages: [{ role: 'user', content: 'Hi' }] })
    await expect(refused).rejects.toMatchObject({ status: 503 })
  }
})

test('mends what the provider refuses', async () => {
  sent.length = 0
  const messages = [{ role: 'user' as const, content: 'Hi' }]
  // Opus 5 was thought to take a budget: it says that it does not.
  const body = { model: 'anthropic/claude-opus-5', messages, thinking: { type: 'enabled', budget_tokens: 2000 } }
  const { data, response } = await client.chat.completions
    .create(body as OpenAI.ChatCompletionCreateParamsNonStreaming)
    .withResponse()
  expect(data.choices[0]?.finish_reason).toBe('stop')
  expect(response.headers.get('x-dragoman-warnings')).toContain('thinking')
  expect(sent.map((text) => JSON.parse(text).thinking.type)).toEqual(['enabled', 'adaptive'])
})

test('lists the models of both', async () => {
  const ids = (await client.models.list()).data.map(({ id }) => id)
  expect(ids).toEqual(expect.arrayContaining(['anthropic/claude-opus-5', 'openai/gpt-5-mini']))
})
