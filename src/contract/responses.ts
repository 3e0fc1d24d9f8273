/**
 * The promise that whatever is said and told in chat completions is said and told in the Responses API as well.
 *
 * @module
 */
import assert from 'node:assert/strict'
import type { Json, JsonObject } from '../canonical.ts'
import { isObject } from '../wire/json.ts'
import { assertResponse, readResponse } from './events.ts'
import type { Fixture } from './fixture.ts'
import { restated } from './restate.ts'
import { isChat, type Pledge, type Scene, toldOf } from './scene.ts'
import { cutNowhere, type Provider, type Stage, stage, streamed, whole } from './stage.ts'

/** What holds for every chat that the Responses API has words for. */
export const responses: readonly Pledge[] = [
  {
    says: 'is said and told the same through the Responses API',
    applies: (scene) => isChat(scene) && inResponses(scene) !== undefined,
    async keep(scene) {
      const { adapter, fixture } = scene
      const inWords = inResponses(scene) ?? fixture
      // Providers that serve it themselves would get it as it comes.
      const own = { ...adapter, serves: [] }
      const play = (provider: Provider): Promise<Stage> => stage(own, inWords, provider)
      const plain = await play(whole)
      const body = await answerOf(await plain.ask('whole'))
      const stream = await (await play(streamed(cutNowhere))).ask('stream', { usage: false })
      await assertSent(scene, plain)
      assertTold(body, toldOf(scene))
      if (stream.headers.get('content-type')?.startsWith('text/event-stream')) {
        const { response, error } = readResponse(await stream.text())
        if (error) assertError({ error }, toldOf(scene))
        else assert.deepEqual(renumbered(response), renumbered(body), 'The stream ends up elsewhere than the whole.')
      } else assertTold(await answerOf(stream), toldOf(scene))
    },
  },
]

/** The case, asked through the Responses API; nothing where that has no words for it. */
function inResponses({ fixture }: Scene): Fixture | undefined {
  const asked = fixture.asked && restated(fixture.asked)
  return asked && { ...fixture, asked, facts: { ...fixture.facts, path: '/v1/responses' } }
}

async function answerOf(response: Response): Promise<JsonObject> {
  const body: unknown = JSON.parse(await response.text())
  assert.ok(isObject(body))
  return { ...body, ...(response.status >= 400 && { status: response.status }) }
}

/** Checks that the provider was told what it is told when chat completions ask. */
async function assertSent({ adapter, fixture }: Scene, { calls }: Stage): Promise<void> {
  const chat = await stage(adapter, fixture, whole)
  await (await chat.ask('whole')).text()
  assert.deepEqual(renumbered(calls), renumbered(chat.calls), 'It is said otherwise through the Responses API.')
}

/** Checks that a client is told what chat completions tell, in the other words. */
function assertTold(response: JsonObject, told: Json | undefined): void {
  assert.ok(isObject(told))
  if ('error' in told) return assertError(response, told)
  assertResponse(response)
  const [choice] = Array.isArray(told['choices']) ? told['choices'] : []
  assert.ok(isObject(choice) && isObject(choice['message']))
  const { message, finish_reason: reason } = choice
  const { status, incomplete_details: details } = response
  const parts = outputOf(response, 'message')
    .flatMap(({ content }) => (Array.isArray(content) ? content : []))
    .filter(isObject)
  assert.equal(joined(parts, 'text'), message['content'] ?? '')
  assert.equal(joined(parts, 'refusal'), message['refusal'] ?? '')
  assert.deepEqual(callsOf(response), (Array.isArray(message['tool_calls']) ? message['tool_calls'] : []).map(callOf))
  assert.equal(thoughtsOf(response), message['reasoning_content'] ?? '')
  assert.deepEqual(sourcesOf(parts), sourcesIn(message))
  assert.deepEqual(
    outputOf(response, 'image_generation_call').map(({ result }) => result),
    picturesIn(message),
  )
  assert.deepEqual({ status, details }, ENDINGS[String(reason)])
  assert.equal(response['model'], told['model'])
  assertUsage(response['usage'], told['usage'])
}

const COMPLETED = { status: 'completed', details: null }

const ENDINGS: Readonly<Record<string, object>> = {
  stop: COMPLETED,
  tool_calls: COMPLETED,
  length: { status: 'incomplete', details: { reason: 'max_output_tokens' } },
  content_filter: { status: 'incomplete', details: { reason: 'content_filter' } },
}

function assertError(answer: JsonObject, told: Json | undefined): void {
  const known = isObject(told) ? told : {}
  const [error, expected] = [answer['error'], known['error']]
  assert.ok(isObject(error) && isObject(expected), 'One of them is an error, and the other is not.')
  // Its message may name a member, which has another name here.
  assert.deepEqual({ type: error['type'], code: error['code'] }, { type: expected['type'], code: expected['code'] })
  if ('status' in answer && 'status' in known) assert.equal(answer['status'], known['status'])
}

function outputOf({ output }: JsonObject, type: string): readonly JsonObject[] {
  return (Array.isArray(output) ? output : []).filter(isObject).filter((item) => item['type'] === type)
}

function joined(parts: readonly JsonObject[], name: string): string {
  return parts.map((part) => part[name] ?? '').join('')
}

function thoughtsOf(response: JsonObject): string {
  const texts = outputOf(response, 'reasoning').flatMap(({ summary }) => (Array.isArray(summary) ? summary : []))
  return texts.map((text) => (isObject(text) ? text['text'] : '')).join('\n\n')
}

type Call = readonly [name: Json | undefined, input: Json | undefined]

function callsOf(response: JsonObject): readonly Call[] {
  const calls = Array.isArray(response['output']) ? response['output'].filter(isObject) : []
  return calls
    .filter(({ type }) => type === 'function_call' || type === 'custom_tool_call')
    .map(({ name, arguments: text, input }) => [name, text ?? input])
}

function callOf(call: Json): Call {
  const called = isObject(call) ? (call['function'] ?? call['custom']) : undefined
  assert.ok(isObject(called))
  return [called['name'], called['arguments'] ?? called['input']]
}

/** Where sources are cited: over all texts together, whatever is told of them. */
function sourcesOf(parts: readonly JsonObject[]): readonly Json[] {
  let offset = 0
  const cited = parts.flatMap(({ annotations, text }) => {
    const base = offset
    offset += [...String(text ?? '')].length
    const all = Array.isArray(annotations) ? annotations.filter(isObject) : []
    return all.map(({ start_index: start, end_index: end, url, filename }) => [
      base + Number(start),
      base + Number(end),
      url ?? filename ?? null,
    ])
  })
  return cited.toSorted(inOrder)
}

function sourcesIn({ annotations, citations }: JsonObject): readonly Json[] {
  const urls = (Array.isArray(annotations) ? annotations : []).flatMap((annotation) =>
    isObject(annotation) && isObject(annotation['url_citation']) ? [annotation['url_citation']] : [],
  )
  const documents = (Array.isArray(citations) ? citations : []).filter(isObject)
  const cited: readonly JsonObject[] = [
    ...urls,
    ...documents.map(({ url: _, title, ...rest }) => ({ ...rest, url: title ?? '' })),
  ]
  return cited
    .map(({ start_index: start, end_index: end, url }) => [Number(start), Number(end), url ?? null])
    .toSorted(inOrder)
}

function inOrder(one: Json, other: Json): number {
  return JSON.stringify(one) < JSON.stringify(other) ? -1 : 1
}

function picturesIn({ images }: JsonObject): readonly Json[] {
  return (Array.isArray(images) ? images : []).map((image) => {
    const { url } = isObject(image) && isObject(image['image_url']) ? image['image_url'] : {}
    return String(url).slice(String(url).indexOf(',') + 1)
  })
}

function assertUsage(usage: Json | undefined, told: Json | undefined): void {
  if (!isObject(told)) return assert.equal(usage, null)
  assert.ok(isObject(usage))
  const {
    prompt_tokens: input,
    completion_tokens: output,
    prompt_tokens_details: of,
    completion_tokens_details: spent,
  } = told
  const count = (details: Json | undefined, name: string): Json => (isObject(details) ? (details[name] ?? 0) : 0)
  assert.deepEqual(
    {
      input: usage['input_tokens'],
      output: usage['output_tokens'],
      cached: count(usage['input_tokens_details'], 'cached_tokens'),
      written: count(usage['input_tokens_details'], 'cache_write_tokens'),
      reasoning: count(usage['output_tokens_details'], 'reasoning_tokens'),
    },
    {
      input,
      output,
      cached: count(of, 'cached_tokens'),
      written: count(of, 'cache_write_tokens'),
      reasoning: count(spent, 'reasoning_tokens'),
    },
  )
}

/** What the gateway made up, numbered from the first one met. */
function renumbered(value: unknown): unknown {
  const ids: string[] = []
  return JSON.parse(JSON.stringify(value), (_, member: unknown) =>
    typeof member === 'string'
      ? member.replaceAll(/fresh\d+/gu, (id) => {
          if (!ids.includes(id)) ids.push(id)
          return `fresh${ids.indexOf(id)}`
        })
      : member,
  )
}
