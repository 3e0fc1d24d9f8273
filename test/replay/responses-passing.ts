/**
 * Replaying recorded interactions through providers that serve the Responses API themselves: what a client asks must
 * reach them as it came, and what they say must reach the client byte by byte.
 *
 * @module
 */
import OpenAI from 'openai'
import { createGateway } from '../../src/gateway.ts'
import type { LogEntry } from '../../src/trip.ts'
import { flow, unpriced } from './ask.ts'
import { type Difference, differences, show } from './compare.ts'
import { NOW } from './oracle.ts'
import { isMembers, json, members, type Members, number, text } from './reading.ts'
import { bytes, headers, type RecordedReply, type Recording } from './recordings.ts'
import { atRandom, type Fault, judgeFailure, under } from './replies.ts'
import { counter, responseIn } from './responses-reading.ts'
import type { Route } from './routes.ts'

/** Where each operation is served; `{id}` stands for what the recording has there. */
const ENDPOINTS: Readonly<Record<string, string>> = {
  responses: '/responses',
  'responses.input_tokens': '/responses/input_tokens',
  'responses.retrieve': '/responses/{id}',
}

/** What became of an interaction that was passed on; or why it cannot be. */
export async function passOn(recording: Recording, { adapter, oracle }: Route): Promise<readonly Fault[] | string> {
  const { operation, request, response: reply, name } = recording
  const endpoint = ENDPOINTS[operation]
  if (!reply) return 'no reply was recorded'
  if (endpoint === undefined) return `operation ${operation}: an endpoint that the gateway does not have`
  const [, path = endpoint] = /(\/responses\/resp_[^/]*)$/u.exec(request?.path ?? '') ?? []
  const asked = isMembers(request?.body) ? request.body : undefined
  const body = asked ?? { model: 'some-model', input: 'Hello.', ...(reply.kind === 'sse' && { stream: true }) }
  const isRead = operation === 'responses.retrieve'
  const { calls, entries, fetch } = relay(reply, adapter, name)
  const posted = { ...body, model: `${adapter.name}/${text(body['model'])}` }
  const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(posted) }
  const told = await fetch(`http://gateway/v1${path}`, isRead ? {} : init)
  const raw = new Uint8Array(await told.arrayBuffer())
  const expected = { method: isRead ? 'GET' : 'POST', path, ...(!isRead && { body }) }
  const faults = under('goes out as it came', differences([expected], calls))
  if (reply.status >= 400) {
    const failure = oracle.read([reply], text(body['model']))
    if (failure.type !== 'failure') throw new TypeError('The oracle takes an error for a reply.')
    const error = await refusal(fetch, posted)
    return [...faults, ...under('is refused as it was', judgeFailure({ type: 'failure', error }, failure.failure))]
  }
  return [
    ...faults,
    ...under('comes back byte by byte', verbatim(bytes(reply), raw)),
    ...under(
      'is logged with what was spent',
      isRead ? [] : differences({ status: 200, usage: spent(reply) }, logged(entries)),
    ),
  ]
}

interface Relay {
  readonly calls: readonly Members[]
  readonly entries: readonly LogEntry[]
  readonly fetch: typeof fetch
}

/** A gateway in front of a provider that answers with a recorded reply, cut anywhere. */
function relay(reply: RecordedReply, adapter: Route['adapter'], seed: string): Relay {
  const calls: Members[] = []
  const entries: LogEntry[] = []
  const root = new URL(adapter.baseURL).pathname.replace(/\/$/u, '')
  const gateway = createGateway({
    providers: {
      [adapter.name]: { adapter: unpriced(adapter), serves: ['/responses', '/responses/input_tokens'] },
    },
    prices: false,
    retries: 0,
    async fetch(input, init) {
      const { pathname, search } = new URL(input instanceof Request ? input.url : input)
      const sent = json(text(init?.body))
      const path = (pathname.startsWith(root) ? pathname.slice(root.length) : pathname) + keptOf(search)
      calls.push({ method: init?.method ?? 'GET', path, ...(sent !== undefined && { body: sent }) })
      const cut = atRandom(seed)
      return new Response(flow(cut(bytes(reply))), { status: reply.status, headers: headers(reply) })
    },
    now: () => NOW,
    newId: counter(),
    log: (entry) => void entries.push(entry),
  })
  return { calls, entries, fetch: gateway.fetch }
}

/** What the client asked for, without what an adapter adds to every address. */
function keptOf(search: string): string {
  const asked = new URLSearchParams(search)
  asked.delete('api-version')
  return asked.size > 0 ? `?${asked.toString()}` : ''
}

/** The error that OpenAI's SDK raises. */
async function refusal(fetch: Relay['fetch'], body: Members): Promise<unknown> {
  const client = new OpenAI({ apiKey: '-', baseURL: 'http://gateway/v1', fetch, maxRetries: 0 })
  return client.post('/responses', { body }).catch((error: unknown) => error)
}

function verbatim(expected: Uint8Array, actual: Uint8Array): readonly Difference[] {
  if (Buffer.compare(expected, actual) === 0) return []
  const [one, other] = [expected, actual].map((each) => new TextDecoder().decode(each))
  return [{ path: '', expected: show(one), actual: show(other) }]
}

/** What a recorded reply says was spent. */
function spent(reply: RecordedReply): Members | undefined {
  const { usage } = responseIn(reply) ?? {}
  const {
    input_tokens: input,
    output_tokens: output,
    input_tokens_details: of,
    output_tokens_details: made,
  } = members(usage)
  if (number(input) === undefined) return undefined
  const { cached_tokens: cached, cache_write_tokens: cacheWrite } = members(of)
  return { input, output, cached, cacheWrite, reasoning: members(made)['reasoning_tokens'] }
}

function logged([entry]: readonly LogEntry[]): Members {
  return { status: entry?.status, usage: entry?.usage }
}
