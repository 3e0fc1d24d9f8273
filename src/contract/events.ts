/**
 * A streamed response, read the way a strict client reads it.
 *
 * @see https://platform.openai.com/docs/api-reference/responses-streaming
 * @module
 */
import assert from 'node:assert/strict'
import type { Json, JsonObject } from '../canonical.ts'
import { isObject } from '../wire/json.ts'
import { Growing, idsOf } from './items.ts'

/** What a stream of responses came to. */
export interface StreamedResponse {
  /** The response as its last event tells it. */
  readonly response: JsonObject
  /** The error that was told before a failed one. */
  readonly error?: JsonObject
  readonly events: readonly JsonObject[]
}

/** Reads a stream to its end and checks its grammar. What its events fold into is what its last one says, or this throws. */
export function readResponse(text: string): StreamedResponse {
  const events = readEvents(text)
  const [created, inProgress, ...rest] = events
  assert.equal(created?.['type'], 'response.created', 'A stream begins with the response.')
  assert.equal(inProgress?.['type'], 'response.in_progress', 'Then it is in progress.')
  const begun = objectOf(created, 'response')
  assert.deepEqual(objectOf(inProgress, 'response'), begun, 'It is the same response.')
  assertBegun(begun)
  const last = rest.pop()
  const error = rest.at(-1)?.['type'] === 'error' ? rest.pop() : undefined
  const items = fold(rest)
  const response = objectOf(last, 'response')
  assertEnded(String(last?.['type']), begun, response, error)
  assert.ok(Array.isArray(response['output']), 'A response has output.')
  assert.equal(response['output'].length, items.length, 'The response has the items that were told.')
  for (const [index, item] of items.entries()) item.assertIs(response['output'][index])
  return { response, ...(error && { error: objectOf(error, 'error') }), events }
}

/** Checks what holds for a response however it is told: ids, statuses, counts. */
export function assertResponse(response: JsonObject): void {
  const { id, object, created_at: created, output, status, usage } = response
  assert.match(String(id), /^resp_./u)
  assert.equal(object, 'response')
  assert.ok(Number.isInteger(created), 'A response says when it began.')
  for (const member of MEMBERS) assert.notEqual(response[member], undefined, `The response has no ${member}.`)
  assert.ok(Array.isArray(output))
  idsOf(output)
  assert.equal(response['completed_at'] !== null, status === 'completed', 'What is completed says when.')
  assert.equal(response['error'] !== null, status === 'failed', 'What failed says why.')
  const details = response['incomplete_details']
  assert.equal(details !== null, status === 'incomplete', 'What is incomplete says why.')
  if (isObject(details)) assert.match(String(details['reason']), /^(?:max_output_tokens|content_filter)$/u)
  if (isObject(usage)) assertUsage(usage)
}

/** Members that OpenAI's type has without a question mark, and those its API always tells. */
const MEMBERS = [
  'access_programs',
  'background',
  'completed_at',
  'error',
  'incomplete_details',
  'instructions',
  'max_output_tokens',
  'max_tool_calls',
  'metadata',
  'model',
  'parallel_tool_calls',
  'previous_response_id',
  'reasoning',
  'store',
  'temperature',
  'text',
  'tool_choice',
  'tools',
  'top_logprobs',
  'top_p',
  'truncation',
  'usage',
  'user',
]

/** Members that the end of a response may change, or add. */
const ENDING: ReadonlySet<string> = new Set([
  'status',
  'completed_at',
  'error',
  'incomplete_details',
  'output',
  'usage',
])

function readEvents(text: string): readonly JsonObject[] {
  assert.ok(text.endsWith('\n\n'), 'The stream ends inside an event.')
  return text
    .slice(0, -2)
    .split('\n\n')
    .filter((event) => !event.startsWith(':'))
    .map((event, index) => {
      const [, type, data = ''] = /^event: ([\w.]+)\ndata: ([^\n]+)$/u.exec(event) ?? []
      assert.ok(type, `An event is its type and a line of data, not ${event}`)
      const parsed: unknown = JSON.parse(data)
      assert.ok(isObject(parsed))
      assert.equal(parsed['type'], type, 'An event has one type.')
      assert.equal(parsed['sequence_number'], index, 'Events are numbered from 0, without a gap.')
      return parsed
    })
}

function assertBegun(response: JsonObject): void {
  assertResponse(response)
  assert.equal(response['status'], 'in_progress')
  assert.deepEqual(response['output'], [])
  assert.equal(response['usage'], null)
}

function assertEnded(type: string, begun: JsonObject, response: JsonObject, error: JsonObject | undefined): void {
  assert.match(type, /^response\.(?:completed|incomplete|failed)$/u, 'A stream ends with the response.')
  assert.equal(type, `response.${String(response['status'])}`)
  assertResponse(response)
  for (const [name, value] of Object.entries(begun))
    if (!ENDING.has(name)) assert.deepEqual(response[name], value, `${name} changes within the stream.`)
  assert.equal(
    error !== undefined,
    type === 'response.failed',
    'A failure is told as an error, and then as a response.',
  )
  if (!error) return
  const { code, message, param, error: nested } = error
  assert.ok(isObject(nested) && typeof nested['type'] === 'string', 'An error has a type.')
  assert.deepEqual(
    { code, message, param },
    { code: nested['code'], message: nested['message'], param: nested['param'] },
  )
  assert.equal(objectOf(response, 'error')['message'], message)
}

/** Takes in the events between the beginning and the end, each of which is about one item. */
function fold(events: readonly JsonObject[]): readonly Growing[] {
  const items: Growing[] = []
  for (const event of events) {
    const index = event['output_index']
    assert.ok(typeof index === 'number', `${String(event['type'])} says nothing of where.`)
    if (event['type'] === 'response.output_item.added') {
      assert.equal(index, items.length, 'Items are numbered from 0, without a gap.')
      items.push(new Growing(objectOf(event, 'item')))
    } else {
      const item = items[index]
      assert.ok(item, 'An item begins before it grows.')
      item.take(event)
    }
  }
  for (const item of items) assert.ok(item.done, 'An item has an end.')
  return items
}

function objectOf(value: JsonObject | undefined, name: string): JsonObject {
  const member: Json | undefined = value?.[name]
  assert.ok(isObject(member), `There is no ${name}.`)
  return member
}

function assertUsage({
  input_tokens,
  output_tokens,
  total_tokens,
  input_tokens_details,
  output_tokens_details,
}: JsonObject): void {
  const [input, output, total] = [input_tokens, output_tokens, total_tokens].map(Number)
  assert.equal(total, Number(input) + Number(output), 'The total is the sum.')
  for (const [details, names] of [
    [input_tokens_details, ['cached_tokens', 'cache_write_tokens']],
    [output_tokens_details, ['reasoning_tokens']],
  ] as const)
    for (const name of names) assert.ok(isObject(details) && typeof details[name] === 'number', `${name} is a number.`)
}
