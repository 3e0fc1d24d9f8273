import assert from 'node:assert/strict'
import OpenAI from 'openai'
import { zodResponseFormat } from 'openai/helpers/zod'
import type {
  ChatCompletionChunk,
  ChatCompletionMessage,
  ChatCompletionMessageParam,
  ChatCompletionTool,
} from 'openai/resources/chat/completions'
import { z } from 'zod'

/** What one step of the scenario has at hand. */
export interface Stage {
  /** The official client, with no retries unless a step asks for them. */
  readonly client: OpenAI
  readonly model: string
  /** Whether the model can be asked to think, and shows its thoughts. */
  readonly thinks: boolean
}

/** A thing that people do with the official client. */
export interface Step {
  readonly name: string
  run(stage: Stage): Promise<void>
}

/** What a reply tells of thoughts, besides what the client knows. */
interface Thoughts {
  readonly reasoning_content?: string
  readonly reasoning_details?: readonly { readonly type: string; readonly text?: string }[]
}

const WEATHER: ChatCompletionTool = {
  type: 'function',
  function: {
    name: 'get_weather',
    description: 'The weather in a city.',
    parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
  },
}

const user = (content: string): ChatCompletionMessageParam => ({ role: 'user', content })

const PIXEL = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='

/** The same script for every provider and every way of reaching it. */
export const SCENARIO: readonly Step[] = [
  {
    name: 'create answers with text and usage',
    async run({ client, model }) {
      const reply = await client.chat.completions.create({
        model,
        messages: [{ role: 'system', content: 'Be kind.' }, user('Say hello.')],
      })
      assert.equal(reply.object, 'chat.completion')
      assert.match(reply.id, /^chatcmpl-/u)
      assert.equal(reply.choices[0]?.finish_reason, 'stop')
      assert.ok(reply.choices[0].message.content)
      const { prompt_tokens, completion_tokens, total_tokens } = reply.usage ?? {
        prompt_tokens: 0,
        completion_tokens: 0,
        total_tokens: -1,
      }
      assert.ok(prompt_tokens > 0 && completion_tokens > 0)
      assert.equal(total_tokens, prompt_tokens + completion_tokens)
      assert.ok(reply._request_id)
    },
  },
  {
    name: 'a stream says the same as create, one role first and one finish last',
    async run({ client, model }) {
      const ask = { model, messages: [user('Say hello.')] }
      const whole = await client.chat.completions.create(ask)
      const chunks = []
      for await (const chunk of await client.chat.completions.create({ ...ask, stream: true })) chunks.push(chunk)
      assert.equal(
        chunks.map((chunk) => chunk.choices[0]?.delta.content ?? '').join(''),
        whole.choices[0]?.message.content,
      )
      assert.equal(chunks.filter((chunk) => chunk.choices[0]?.delta.role).length, 1)
      assert.equal(chunks[0]?.choices[0]?.delta.role, 'assistant')
      assert.deepEqual(
        chunks.flatMap((chunk) => chunk.choices[0]?.finish_reason ?? []),
        ['stop'],
      )
      assert.equal(new Set(chunks.map(({ id, created, model }) => `${id} ${created} ${model}`)).size, 1)
      assert.ok(chunks.every((chunk) => !chunk.usage))
    },
  },
  {
    name: 'include_usage adds one last chunk with the numbers of create',
    async run({ client, model }) {
      const ask = { model, messages: [user('Count.')] }
      const whole = await client.chat.completions.create(ask)
      const chunks = []
      const options = { stream: true, stream_options: { include_usage: true } } as const
      for await (const chunk of await client.chat.completions.create({ ...ask, ...options })) chunks.push(chunk)
      assert.deepEqual(chunks.at(-1)?.choices, [])
      assert.deepEqual(chunks.at(-1)?.usage, whole.usage)
      assert.ok(chunks.slice(0, -1).every((chunk) => chunk.usage === null))
    },
  },
  {
    name: 'the stream helper folds a whole reply',
    async run({ client, model }) {
      const stream = client.chat.completions.stream({ model, messages: [user('Say hello.')] })
      let text = ''
      stream.on('content', (delta) => (text += delta))
      const reply = await stream.finalChatCompletion()
      assert.equal(reply.choices[0]?.message.content, text)
      assert.equal(reply.choices[0]?.finish_reason, 'stop')
    },
  },
  {
    name: 'runTools answers two parallel calls over several turns, thinking all the while',
    async run({ client, model, thinks }) {
      for (const stream of [false, true]) {
        const cities: string[] = []
        const runner = client.chat.completions.runTools({
          model,
          messages: [user('What is the weather in Paris and Rome?')],
          ...(thinks && { reasoning_effort: 'high' as const }),
          stream,
          tools: [
            {
              type: 'function',
              function: {
                name: 'get_weather',
                description: 'The weather in a city.',
                parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
                parse: (json: string) => z.object({ city: z.string() }).parse(JSON.parse(json)),
                function: ({ city }: { city: string }) => {
                  cities.push(city)
                  return `It rains in ${city}.`
                },
              },
            },
          ],
        } as Parameters<typeof client.chat.completions.runTools>[0])
        const text = await runner.finalContent()
        assert.deepEqual(cities.toSorted(), ['Paris', 'Rome'])
        assert.match(text ?? '', /Paris/u)
        const calls = runner.messages.flatMap((message) =>
          message.role === 'assistant' ? (message.tool_calls ?? []) : [],
        )
        assert.equal(new Set(calls.map(({ id }) => id)).size, 2)
      }
    },
  },
  {
    name: 'a conversation whose messages are sent back whole goes on',
    async run({ client, model, thinks }) {
      const messages = [user('What is the weather in Oslo?')]
      const ask = { model, tools: [WEATHER], ...(thinks && { reasoning_effort: 'low' as const }) }
      const first = await client.chat.completions.create({ ...ask, messages })
      const [choice] = first.choices
      assert.equal(choice?.finish_reason, 'tool_calls')
      const answers = (choice.message.tool_calls ?? []).map(({ id }) => ({
        role: 'tool' as const,
        tool_call_id: id,
        content: 'Snow.',
      }))
      assert.ok(answers.length > 0)
      const second = await client.chat.completions.create({
        ...ask,
        messages: [...messages, choice.message, ...answers],
      })
      assert.equal(second.choices[0]?.finish_reason, 'stop')
      const third = await client.chat.completions.create({
        ...ask,
        messages: [...messages, choice.message, ...answers, second.choices[0].message, user('Thanks, bye.')],
        tool_choice: 'none',
      })
      assert.equal(third.choices[0]?.finish_reason, 'stop')
    },
  },
  {
    name: 'a stream of parallel calls numbers them and gives each its name once',
    async run({ client, model }) {
      const stream = await client.chat.completions.create({
        model,
        messages: [user('What is the weather in Paris and Rome?')],
        tools: [WEATHER],
        stream: true,
      })
      const pieces: ChatCompletionChunk.Choice.Delta.ToolCall[] = []
      for await (const chunk of stream) pieces.push(...(chunk.choices[0]?.delta.tool_calls ?? []))
      assert.deepEqual(
        pieces.filter(({ id }) => id).map(({ index, function: call }) => `${index} ${call?.name}`),
        ['0 get_weather', '1 get_weather'],
      )
      const inputs = [0, 1].map((wanted) =>
        pieces
          .filter(({ index }) => index === wanted)
          .map((piece) => piece.function?.arguments ?? '')
          .join(''),
      )
      assert.deepEqual(inputs.map((input) => JSON.parse(input).city).toSorted(), ['Paris', 'Rome'])
    },
  },
  {
    name: 'a tool that must be called is called',
    async run({ client, model }) {
      const choice = { type: 'function', function: { name: 'get_weather' } } as const
      const reply = await client.chat.completions.create({
        model,
        messages: [user('Hi.')],
        tools: [WEATHER],
        tool_choice: choice,
      })
      const [call] = reply.choices[0]?.message.tool_calls ?? []
      assert.equal(call?.type === 'function' && call.function.name, 'get_weather')
    },
  },
  {
    name: 'parse gives an object of the schema',
    async run({ client, model }) {
      const Person = z.object({ name: z.string(), age: z.number() })
      const ask = { model, messages: [user('Invent a person.')], response_format: zodResponseFormat(Person, 'person') }
      const reply = await client.chat.completions.parse(ask)
      assert.equal(typeof reply.choices[0]?.message.parsed?.name, 'string')
      const streamed = await client.chat.completions.stream(ask).finalChatCompletion()
      assert.deepEqual(streamed.choices[0]?.message.parsed, reply.choices[0]?.message.parsed)
    },
  },
  {
    name: 'json_object gives an object',
    async run({ client, model }) {
      const format = { type: 'json_object' } as const
      const messages = [user('Invent a person, as JSON.')]
      const reply = await client.chat.completions.create({ model, messages, response_format: format })
      assert.equal(typeof JSON.parse(reply.choices[0]?.message.content ?? ''), 'object')
    },
  },
  {
    name: 'a picture is seen',
    async run({ client, model }) {
      const image = { type: 'image_url', image_url: { url: `data:image/png;base64,${PIXEL}` } } as const
      const content = [{ type: 'text', text: 'How many pictures do you see?' } as const, image]
      const reply = await client.chat.completions.create({ model, messages: [{ role: 'user', content }] })
      assert.match(reply.choices[0]?.message.content ?? '', /\b(?:1|one|a)\b/iu)
    },
  },
  {
    name: 'thoughts are told, whole and streamed, and can be sent back',
    async run({ client, model, thinks }) {
      if (!thinks) return
      const ask = { model, messages: [user('Think about it.')], reasoning_effort: 'high' as const }
      const reply = await client.chat.completions.create(ask)
      const message: (ChatCompletionMessage & Thoughts) | undefined = reply.choices[0]?.message
      assert.ok(message)
      assert.ok(message.reasoning_content)
      let thoughts = ''
      for await (const chunk of await client.chat.completions.create({ ...ask, stream: true })) {
        const delta: (ChatCompletionChunk.Choice.Delta & Thoughts) | undefined = chunk.choices[0]?.delta
        thoughts += delta?.reasoning_content ?? ''
      }
      assert.equal(thoughts, message.reasoning_content)
      assert.equal(message.reasoning_details?.[0]?.type, 'reasoning.text')
    },
  },
  {
    name: 'a limit on tokens ends the reply there',
    async run({ client, model }) {
      const reply = await client.chat.completions.create({
        model,
        messages: [user('Tell a story.')],
        max_completion_tokens: 2,
      })
      assert.equal(reply.choices[0]?.finish_reason, 'length')
    },
  },
  {
    name: 'errors are of the right class',
    async run({ client, model }) {
      const ask = (content: string): Promise<unknown> =>
        client.chat.completions.create({ model, messages: [user(content)] })
      await assert.rejects(ask('sandbox:error=400'), OpenAI.BadRequestError)
      await assert.rejects(ask('sandbox:error=429'), OpenAI.RateLimitError)
      await assert.rejects(ask('sandbox:error=429'), { message: /The sandbox fails with 429/u })
      await assert.rejects(ask('sandbox:error=500'), OpenAI.InternalServerError)
      // Our own key was refused: that is nothing the client could mend.
      await assert.rejects(ask('sandbox:error=401'), { status: 502, code: 'upstream_authentication_failed' })
      const [provider] = model.split('/')
      const unknown = client.chat.completions.create({ model: `${provider}/no-such-model`, messages: [user('Hi.')] })
      await assert.rejects(unknown, OpenAI.NotFoundError)
      await assert.rejects(client.chat.completions.create({ model, messages: [] }), OpenAI.BadRequestError)
    },
  },
  {
    name: 'a client that retries waits as told and then gets its reply',
    async run({ client, model }) {
      const patient = client.withOptions({ maxRetries: 2 })
      const ask = { model, messages: [user(`sandbox:retry-after=0 ${crypto.randomUUID()}`)] }
      const reply = await patient.chat.completions.create(ask)
      assert.equal(reply.choices[0]?.finish_reason, 'stop')
    },
  },
  {
    name: 'a stream that breaks is an error, not an end',
    async run({ client, model }) {
      for (const content of ['sandbox:error-mid-stream', 'sandbox:cut']) {
        const stream = await client.chat.completions.create({ model, messages: [user(content)], stream: true })
        const finishes: unknown[] = []
        const read = async (): Promise<void> => {
          for await (const chunk of stream) finishes.push(chunk.choices[0]?.finish_reason)
        }
        await assert.rejects(read(), OpenAI.APIError)
        assert.ok(finishes.every((finish) => !finish))
      }
    },
  },
  {
    name: 'a client may leave in the middle of a stream',
    async run({ client, model }) {
      const stream = await client.chat.completions.create({
        model,
        messages: [user('sandbox:slow=20 Tell a story.')],
        stream: true,
      })
      let chunks = 0
      for await (const _ of stream) if ((chunks += 1) === 3) break
      assert.equal(chunks, 3)
    },
  },
  {
    name: 'the list of models names this one',
    async run({ client, model }) {
      const ids = []
      for await (const { id } of await client.models.list()) ids.push(id)
      assert.ok(ids.includes(model), `${model} is not among ${ids.join(', ')}`)
      assert.equal((await client.models.retrieve(model)).id, model)
    },
  },
]
