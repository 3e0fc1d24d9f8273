/**
 * What a client of `/v1/responses` is told of a recorded response, held against the response itself: item by item, event
 * by event, member by member.
 *
 * @module
 */
import { AssertionError } from 'node:assert'
import type { JsonObject } from '../../src/canonical.ts'
import { readResponse } from '../../src/contract/events.ts'
import { createGateway } from '../../src/gateway.ts'
import { verbatim } from '../../src/surfaces/present.ts'
import { show } from './compare.ts'
import { NOW } from './oracle.ts'
import { isMembers, json, list, members, type Members, text } from './reading.ts'
import { bytes, headers, type RecordedReply, type Recording } from './recordings.ts'
import type { Fault } from './replies.ts'
import { excuseFor, isComparable, isOffered, plainEvents, plainResponse } from './responses-plain.ts'
import { counter, eventsOf, responseIn, SECRET } from './responses-reading.ts'
import { speaker } from './responses-speaker.ts'

/** What became of telling one reply. */
export interface Telling {
  readonly faults: readonly Fault[]
  /** Where it was told otherwise than it was recorded, for a reason that is known. */
  readonly excused: readonly string[]
  /** What was asked. */
  readonly asked: Members
  /** The items as they were told. */
  readonly output: readonly JsonObject[]
}

/** Tells a recorded reply to a client, whole and streamed. */
export async function tell({ provider, response: reply }: Recording): Promise<Telling | string> {
  const recorded = reply && responseIn(reply)
  if (!reply || !recorded) return 'no response was recorded'
  if (recorded['status'] === 'queued') return 'a reply in the background'
  if (recorded['status'] === 'complete') return 'made up by hand: no status of OpenAI is `complete`'
  const isOpenAI = OPENAI.has(provider)
  const asked = askable(recorded, isOpenAI)
  const faults: Fault[] = []
  const excused: string[] = []
  const hold = (check: string, expected: unknown, actual: unknown): void => {
    for (const difference of strictly(expected, actual)) {
      const reason = isOpenAI ? excuseFor(difference.path, difference.expected) : undefined
      if (reason === undefined) faults.push({ check, ...difference })
      else excused.push(reason)
    }
  }
  const expected = plainResponse(recorded, isOpenAI)
  const whole = members(json(await ask(reply, asked)))
  // What fails before it began has no response.
  if (recorded['status'] !== 'failed') hold('tells it whole', expected, plainResponse(whole, isOpenAI))
  try {
    const { response, events } = readResponse(await ask(reply, { ...asked, stream: true }))
    hold('tells it streamed', expected, plainResponse(response, isOpenAI))
    if (reply.kind === 'sse' && isOpenAI && isComparable(recorded['output']))
      hold('streams it event by event', { events: plainEvents(eventsOf(reply)) }, { events: plainEvents(events) })
  } catch (error) {
    if (!(error instanceof AssertionError)) throw error
    faults.push({ check: 'streams by the grammar', path: '', expected: 'a stream of responses', actual: error.message })
  }
  return { faults, excused, asked, output: list(whole['output']).map((item) => verbatim(members(item))) }
}

/** Whose responses have exactly OpenAI's members. Others have some of their own, and lack some. */
const OPENAI: ReadonlySet<string> = new Set(['openai', 'azure'])

/** Members of a request that a response repeats. */
const REPEATED = [
  ...['instructions', 'max_output_tokens', 'max_tool_calls', 'metadata', 'parallel_tool_calls', 'prompt_cache_key'],
  ...['prompt_cache_retention', 'reasoning', 'safety_identifier', 'store', 'temperature', 'text', 'top_logprobs'],
  ...['top_p', 'truncation', 'user'],
]

/** The question that a response says it answers, as far as this gateway can put it to any provider. */
function askable(recorded: Members, isOpenAI: boolean): Members {
  const repeated = isOpenAI ? REPEATED.flatMap((name) => (recorded[name] == null ? [] : [[name, recorded[name]]])) : []
  const { model, tools, tool_choice: choice, output } = recorded
  const own = list(tools).filter((tool) => isOffered(members(tool)))
  const spaces = Map.groupBy(
    list(output)
      .map(members)
      .filter(({ namespace }) => namespace != null),
    ({ namespace }) => text(namespace),
  )
  const namespaces = [...spaces].map(([name, calls]) => ({
    type: 'namespace',
    name,
    tools: [...new Set(calls.map((call) => text(call['name'])))].map((tool) => ({ type: 'function', name: tool })),
  }))
  return {
    ...Object.fromEntries(repeated),
    model: `speaker/${text(model) || 'some-model'}`,
    input: 'Hello.',
    // Others than OpenAI tell thoughts without being asked for a summary.
    ...(!isOpenAI && { reasoning: { summary: 'auto' } }),
    tools: [...own, ...namespaces],
    ...(own.length > 0 && isOpenAI && { tool_choice: choice }),
  }
}

/** Asks for a response, of which the provider tells a recorded one. `hear` hears what it was sent. */
export async function ask(
  reply: RecordedReply,
  body: Members,
  hear: (sent: Members) => void = () => {},
): Promise<string> {
  const gateway = createGateway({
    providers: { speaker: speaker() },
    prices: false,
    secret: SECRET,
    async fetch(_, init) {
      hear(members(json(text(init?.body))))
      return new Response(bytes(reply), { status: reply.status, headers: headers(reply) })
    },
    now: () => NOW,
    newId: counter(),
  })
  const response = await gateway.fetch('http://gateway/v1/responses', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  return response.text()
}

interface Difference {
  readonly path: string
  readonly expected: string
  readonly actual: string
}

/** Where two values differ, be it only that a member is `null` in one and absent in the other. */
function strictly(expected: unknown, actual: unknown, path = ''): readonly Difference[] {
  if (Array.isArray(expected) && Array.isArray(actual) && expected.length === actual.length)
    return expected.flatMap((item, index) => strictly(item, actual[index], `${path}[${index}]`))
  if (isMembers(expected) && isMembers(actual)) {
    const names = new Set([...Object.keys(expected), ...Object.keys(actual)])
    return [...names].flatMap((name) => strictly(expected[name], actual[name], path ? `${path}.${name}` : name))
  }
  return expected === actual ? [] : [{ path, expected: show(expected), actual: show(actual) }]
}
