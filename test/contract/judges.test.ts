/** The providers' own SDKs judge what our fixtures say they reply, and OpenAI's SDK judges what we tell of it. */
import Anthropic from '@anthropic-ai/sdk'
import { HttpResponse, http } from 'msw'
import { setupServer } from 'msw/node'
import OpenAI from 'openai'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { JsonObject } from '../../src/canonical.ts'
import type { Fixture } from '../../src/contract.ts'
import type { Recorded } from '../../src/contract/fixture.ts'
import { expectation } from '../../src/contract/golden.ts'
import { cutNowhere, isError, type Provider, stage, streamed, whole } from '../../src/contract/stage.ts'
import { googleJudge } from './google-judge.ts'
import { bedrockJudge } from './bedrock-judge.ts'
import { mistralJudge } from './mistral-judge.ts'
import { cohereJudge } from './cohere-judge.ts'
import { vertexJudge } from './vertex-judge.ts'
import { ollamaJudge } from './ollama-judge.ts'
import { adapterFor, fixturesOf, type Subject, subjects } from './subjects.ts'

const server = setupServer()
beforeAll(() => server.listen())
afterEach(() => server.resetHandlers())
afterAll(() => server.close())

/** What a provider's SDK makes of a reply, whole and streamed. */
interface Judge {
  readonly url: string
  whole(): Promise<unknown>
  stream(): Promise<unknown>
  /** What the two forms of a reply must have in common. */
  gist(reply: unknown): unknown
}

const question = [{ role: 'user' as const, content: 'Hi.' }]
// Clients keep the `fetch` they find when they are made, so they are made when it has been replaced.
const claude = (): Anthropic => new Anthropic({ apiKey: 'test', maxRetries: 0 })
const gpt = (): OpenAI => new OpenAI({ apiKey: 'test', maxRetries: 0 })

const judges: Readonly<Record<string, Judge>> = {
  anthropic: {
    url: 'https://api.anthropic.com/v1/messages',
    whole: () => claude().messages.create({ model: 'claude-haiku-4-5', max_tokens: 100, messages: question }),
    stream: () =>
      claude().messages.stream({ model: 'claude-haiku-4-5', max_tokens: 100, messages: question }).finalMessage(),
    gist: (reply) => pick(reply, ['id', 'type', 'role', 'model', 'content', 'stop_reason', 'stop_sequence']),
  },
  google: googleJudge,
  bedrock: bedrockJudge,
  mistral: mistralJudge,
  cohere: cohereJudge,
  vertex: vertexJudge,
  ollama: ollamaJudge,
  openai: {
    url: 'https://api.openai.com/v1/chat/completions',
    whole: () => gpt().chat.completions.create({ model: 'gpt-4o-mini', messages: question }),
    stream: () => gpt().chat.completions.stream({ model: 'gpt-4o-mini', messages: question }).finalChatCompletion(),
    gist: gistOfCompletion,
  },
}

for (const subject of subjects) {
  const { name } = subject.adapter
  const chats = fixturesOf(name).filter(({ asked, facts }) => asked && facts.path === '/v1/chat/completions')

  describe(`${name}'s own SDK reads`, () => {
    for (const fixture of chats) {
      // A dialect has no SDK but OpenAI's.
      const judge = judgeOf(name, fixture) ?? (subject.inherits && judges['openai'])
      if (!judge) test.todo(`${fixture.name}, once there is a judge`)
      for (const [index, reply] of fixture.replies.entries()) {
        if (judge && reply.status < 400) judged(judge, fixture, index, reply)
      }
    }
  })

  describe(`OpenAI's SDK reads what is told of ${name}`, () => {
    for (const fixture of chats) {
      const expected = expectation(`${fixture.folder}/told.json`)
      test(`${fixture.name}, whole`, async () => {
        const client = await clientOf(subject, fixture, whole)
        const asking = client.chat.completions.create(asRequest(name, fixture))
        const outcome = await asking.catch((error: unknown) => pick(error, ['status', 'error']))
        expect(outcome).toEqual(isError(expected) ? pick(expected, ['status', 'error']) : expected)
      })
      test(`${fixture.name}, streamed`, async () => {
        const client = await clientOf(subject, fixture, streamed(cutNowhere))
        const asking = client.chat.completions.stream(asStreamed(name, fixture)).finalChatCompletion()
        const outcome = await asking.then(gistOfCompletion, (error: unknown) => pick(error, ['error']))
        expect(outcome).toEqual(isError(expected) ? pick(expected, ['error']) : gistOfCompletion(expected))
      })
    }

    for (const fixture of fixturesOf(name).filter(({ asked }) => !asked)) {
      test(`${fixture.name}`, async () => {
        const client = await clientOf(subject, fixture, whole)
        const { object, data } = await client.models.list()
        expect({ object, data }).toEqual(expectation(`${fixture.folder}/told.json`))
      })
    }
  })
}

/** The judge of a case. A provider that serves other people's models is judged by whose words it speaks; one without an SDK, by nobody. */
function judgeOf(name: string, { facts }: Fixture): Judge | undefined {
  return judges[name === 'vertex' && facts.model?.includes('claude') ? 'anthropic' : name]
}

/** Streams of which an SDK's own reader does not know what they hold: a byte order mark, which the standard of server-sent events allows; an ending that means an error, in words of the provider's own. */
const UNREADABLE: ReadonlySet<string> = new Set(['framing', 'finish-overloaded'])

/** Streams of dialects that say what OpenAI's SDK does not know: counts in a choice, errors behind the end or for a reason to finish, thoughts in details, calls without numbers. */
const FOREIGN =
  /(?:moonshot\/usage-cached|openrouter\/(?:error-after-end|reasoning)|vllm\/(?:finish-abort|tool-calls-unnumbered)|zhipu\/error-mid-stream)$/u

/** Lets a provider's SDK read the forms of a reply that there are. A stream that was made to break must break it. */
function judged({ url, whole, stream, gist }: Judge, fixture: Fixture, index: number, reply: Recorded): void {
  const which = `${fixture.name}${index > 0 ? `, reply ${index + 1}` : ''}`
  // A recording is JSON.
  const body = JSON.parse(reply.whole ?? 'null') as JsonObject
  const bytes = new Uint8Array(reply.streamed ?? [])
  const isBroken = isError(expectation(`${fixture.folder}/told.json`))
  test.skipIf(!reply.whole)(`${which}, whole`, async () => {
    server.use(http.post(url, () => HttpResponse.json(body)))
    expect(await whole()).toMatchObject(body)
  })
  test.skipIf(bytes.length === 0 || UNREADABLE.has(fixture.name) || FOREIGN.test(fixture.folder))(
    `${which}, streamed`,
    async () => {
      server.use(http.post(url, () => new HttpResponse(bytes, { headers: { 'content-type': 'text/event-stream' } })))
      const outcome = await stream().then(gist, () => 'broken')
      expect(outcome).toEqual(isBroken ? 'broken' : gist(body ?? outcome))
    },
  )
}

async function clientOf(subject: Subject, fixture: Fixture, provider: Provider): Promise<OpenAI> {
  const { fetch } = await stage(adapterFor(subject, fixture), fixture, provider)
  return new OpenAI({ apiKey: '-', baseURL: 'http://gateway/v1', fetch, maxRetries: 0 })
}

type Params = OpenAI.ChatCompletionCreateParamsNonStreaming

function asRequest(provider: string, { asked, facts }: Fixture): Params {
  const { stream: _, stream_options: __, ...rest } = asked ?? {}
  // Fixtures are what clients send, members of other APIs and mistakes included.
  return { ...rest, model: `${provider}/${facts.model}` } as unknown as Params
}

function asStreamed(provider: string, fixture: Fixture): OpenAI.ChatCompletionCreateParamsStreaming {
  return { ...asRequest(provider, fixture), stream: true, stream_options: { include_usage: true } }
}

/** What the SDK's own accumulator keeps of a completion. */
function gistOfCompletion(completion: unknown): unknown {
  // A completion that a reader has accepted, as the SDK types it.
  const { id, model, usage, choices } = completion as OpenAI.ChatCompletion
  return {
    id,
    model,
    usage: usage ?? undefined,
    choices: choices.map(({ index, finish_reason, message }) => ({
      index,
      finish_reason,
      message: pick(message, ['role', 'content', 'refusal', 'function_call', 'annotations', 'reasoning_details']),
      calls: (message.tool_calls ?? []).map((call) =>
        call.type === 'function' ? [call.id, pick(call.function, ['name', 'arguments'])] : call,
      ),
    })),
  }
}

function pick(object: unknown, names: readonly string[]): unknown {
  const known = Object.entries(object ?? {}).filter(
    ([name, value]) => names.includes(name) && value != null && !isEmpty(value),
  )
  return Object.fromEntries(known)
}

/** No text, said or not said, is the same to a reader of streams. */
function isEmpty(value: unknown): boolean {
  return value === '' || (Array.isArray(value) && value.length === 0)
}
