/**
 * Replaying recorded embeddings: what was asked is asked again, the recorded reply is told, and both are judged.
 *
 * @module
 */
import OpenAI, { APIError } from 'openai'
import { createGateway } from '../../src/gateway.ts'
import { type Difference, differences, maybe, show } from './compare.ts'
import { type Asked, anything, type Embedded } from './embed-oracle.ts'
import { EMBED_ROUTES, type EmbedRoute } from './embed-routes.ts'
import { isMembers, json, list, members, type Members, text } from './reading.ts'
import { bytes, headers, type RecordedReply, type Recording } from './recordings.ts'
import type { Fault } from './replies.ts'
import type { Verdict } from './verdicts.ts'

/** Replays one recording: its reply, its request, and what others would be asked in its place. */
export async function* replayEmbeddings(
  recording: Recording,
  routes: readonly EmbedRoute[] = EMBED_ROUTES,
): AsyncIterable<Verdict> {
  const { name, provider, protocol, request, response } = recording
  const subject = { name, provider }
  const route = routes.find((one) => one.protocol === protocol && one.provider === provider && one.oracle)
  if (!route?.oracle || !response) {
    const reason = response ? `embeddings of ${provider} (${protocol}): no adapter yet` : 'no reply was recorded'
    yield { ...subject, of: 'reply', outcome: 'out of scope', reason, faults: [] }
    return
  }
  const body = isMembers(request?.body) ? request.body : undefined
  if (body && JSON.stringify(body).includes('inline_data')) {
    const reason = "an embedding of a picture, which OpenAI's API does not have"
    yield { ...subject, of: 'reply', outcome: 'out of scope', reason, faults: [] }
    return
  }
  const asked = body ? route.oracle.asked(body, request?.path ?? '') : anything(recording, route.oracle, route.model)
  const through = route.provider
  if (response.status >= 400) {
    yield verdict({ ...subject, of: 'reply', through }, await refusal(response, route))
    return
  }
  const { faults, sent } = await reply(asked, response, { ...route, oracle: route.oracle })
  yield verdict({ ...subject, of: 'reply', through }, faults)
  if (!body) return
  const unjudged = issues(body, route)
  const lost = differences(spoken(body), pruned(spoken(sent), spoken(body)))
  yield verdict({ ...subject, of: 'native request', through }, [
    ...under('a request the provider took passes our judge', unjudged),
    ...under('is sent as the provider was asked', lost),
  ])
  if (protocol !== 'openai-embeddings') return
  for (const other of routes) {
    if (other.provider !== provider) yield await elsewhere(asked, other, subject)
  }
}

type Subject = Pick<Verdict, 'name' | 'provider' | 'of' | 'through'>

function verdict(subject: Subject, faults: readonly Fault[]): Verdict {
  return { ...subject, outcome: faults.length > 0 ? 'failed' : 'passed', faults }
}

/** Tells a reply to those who want floats, and to the SDK, which wants base64. */
async function reply(
  asked: Asked,
  recorded: RecordedReply,
  route: Required<EmbedRoute>,
): Promise<{ readonly faults: readonly Fault[]; readonly sent: Members }> {
  const expected = route.oracle.told(recorded, asked.more)
  const calls: Members[] = []
  const floats = await ask(route, { ...asked, more: { ...asked.more, encoding_format: 'float' } }, recorded)
  const unasked = await ask(route, asked, recorded, calls)
  const form = asked.more['encoding_format'] === 'base64' ? 'base64' : 'floats'
  return {
    sent: calls[0] ?? {},
    faults: [
      ...under('tells floats', differences(told(expected, asked, false), floats)),
      ...under(`tells the SDK ${form}`, differences(told(expected, asked, true), decoded(unasked))),
    ],
  }
}

/** The list that is to be told. Base64 holds the nearest 32-bit floats. */
function told({ vectors, tokens = 0, model }: Embedded, asked: Asked, isRounded: boolean): Members {
  return {
    object: 'list',
    data: vectors.map((vector, index) => ({
      object: 'embedding',
      index,
      embedding: isRounded ? vector.map(Math.fround) : vector,
    })),
    model: model ?? asked.model,
    usage: { prompt_tokens: tokens, total_tokens: tokens },
  }
}

/** A list whose vectors are floats, whichever form they came in. */
function decoded(list_: unknown): unknown {
  const { data, ...rest } = members(list_)
  return {
    ...rest,
    data: list(data).map((one) => {
      const { embedding, ...more } = members(one)
      const floats =
        typeof embedding === 'string'
          ? Array.from(new Float32Array(Uint8Array.from(Buffer.from(embedding, 'base64')).buffer))
          : list(embedding).map((number) => Math.fround(Number(number)))
      return { ...more, embedding: floats }
    }),
  }
}

async function ask(route: EmbedRoute, { model, input, more }: Asked, recorded: RecordedReply, calls: Members[] = []) {
  const { adapter } = route
  const gateway = createGateway({
    providers: { [adapter.name]: adapter },
    async fetch(_, init) {
      calls.push(members(json(text(init?.body))))
      return new Response(bytes(recorded), { status: recorded.status, headers: headers(recorded) })
    },
  })
  const client = new OpenAI({ apiKey: '-', baseURL: 'http://gateway/v1', fetch: gateway.fetch, maxRetries: 0 })
  // Whatever was recorded may be asked, be it a member that the SDK does not type.
  const body = { ...more, input, model: `${adapter.name}/${model}` } as unknown as OpenAI.EmbeddingCreateParams
  return client.embeddings.create(body)
}

/** What the provider refused must be refused, in OpenAI's class for it and with what the provider said. */
async function refusal(recorded: RecordedReply, route: EmbedRoute): Promise<readonly Fault[]> {
  const { error, detail } = members(recorded.body)
  const said = text(members(error)['message']) || text(detail)
  const outcome = await ask(route, { model: route.model, input: 'x', more: {} }, recorded).catch(
    (thrown: unknown) => thrown,
  )
  const actual = outcome instanceof APIError ? { status: outcome.status, ...members(outcome.error) } : outcome
  const { code, type, param } = members(error)
  const expected = {
    status: recorded.status,
    message: said,
    type: type ?? 'invalid_request_error',
    ...(code != null && { code }),
    param: maybe(param),
  }
  return under('tells why not', differences(expected, actual))
}

/** What another provider would be asked: something it takes, or nothing, for a reason. */
async function elsewhere(
  asked: Asked,
  route: EmbedRoute,
  subject: Pick<Verdict, 'name' | 'provider'>,
): Promise<Verdict> {
  const of = { ...subject, of: 'request', through: route.provider } as const
  const calls: Members[] = []
  const { encoding_format, dimensions, user } = asked.more
  const more = { encoding_format, dimensions, user }
  const nothing: RecordedReply = { status: 500, headers: {}, kind: 'json', body: {} }
  const { model } = route
  const outcome = await ask(route, { model, input: asked.input, more }, nothing, calls).catch(
    (thrown: unknown) => thrown,
  )
  if (calls.length > 0)
    return verdict(
      of,
      under(
        'is what the provider takes',
        calls.flatMap((call) => issues(call, route)),
      ),
    )
  const { status, param, message } =
    outcome instanceof APIError ? outcome : { status: 0, param: '', message: show(outcome) }
  const reasons: Readonly<Record<string, string>> = {
    input: 'tokens of another vocabulary',
    dimensions: 'dimensions it does not have',
  }
  const reason = status === 400 ? reasons[param ?? ''] : undefined
  if (reason !== undefined) return { ...of, outcome: 'refused', reason, faults: [] }
  return verdict(of, [{ check: 'is sent, or refused for a reason', path: '', expected: 'a request', actual: message }])
}

function issues(body: unknown, { request }: EmbedRoute): readonly Difference[] {
  const parsed = request.safeParse(spoken(body))
  return parsed.success ? [] : [{ path: '', expected: 'what the provider takes', actual: String(parsed.error) }]
}

/** A body without what says nothing: `null`, and lists of one that can as well be the one. */
function spoken(body: unknown): Members {
  const entries = Object.entries(members(body)).filter(([, value]) => value !== null)
  return Object.fromEntries(
    entries.map(([name, value]) => [
      name,
      Array.isArray(value) && value.length === 1 && name === 'input' ? value[0] : value,
    ]),
  )
}

/** What was sent, without what the gateway says where a client says nothing. */
function pruned(sent: Members, recorded: Members): Members {
  return Object.fromEntries(Object.entries(sent).filter(([name]) => name in recorded || !DEFAULTS.has(name)))
}

const DEFAULTS: ReadonlySet<string> = new Set([
  'encoding_format',
  'embedding_types',
  'truncate',
  'parameters',
  'embedContentConfig',
])

function under(check: string, found: readonly Difference[]): readonly Fault[] {
  return found.map((difference) => ({ check, ...difference }))
}
