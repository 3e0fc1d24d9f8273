/**
 * The Messages API, emulated: strict about what it accepts, faithful in how it answers, and played by a script.
 *
 * @see https://platform.claude.com/docs/en/api/messages
 * @module
 */
import { type Emulation, script } from '../../src/sandbox.ts'
import { firstProblem, freshId, modelName, tell } from '../../src/sandbox/stage.ts'
import { facts, sameModel } from './models.ts'
import { countInput } from './sandbox/cache.ts'
import { event, reply } from './sandbox/reply.ts'
import { type Asked, asked, promptOf } from './sandbox/request.ts'
import { refusals } from './sandbox/rules.ts'
import { messagesRequest } from './strict.ts'
import { countRequest } from './strict-count.ts'

/** Emulates Anthropic: `POST /v1/messages` and its `/count_tokens`, `GET /v1/models`, `GET /v1/models/{id}`. */
export const sandbox: Emulation = async (request) => {
  const { pathname, searchParams } = new URL(request.url)
  const [, resource, id] = /\/v1\/(messages|models)(?:\/([^/]+))?$/u.exec(pathname) ?? []
  const counts = id === 'count_tokens'
  if (!resource || (resource === 'messages' && id && !counts)) return fail(404, 'Not Found')
  const method = resource === 'messages' ? 'POST' : 'GET'
  if (request.method !== method) return fail(405, 'Method Not Allowed')
  const { headers } = request
  const key = headers.get('x-api-key') || headers.get('authorization')?.replace(/^Bearer\s*/iu, '')
  if (!key) return fail(401, 'x-api-key header is required')
  const version = headers.get('anthropic-version')
  if (!version) return fail(400, 'anthropic-version: header is required')
  if (resource === 'messages') return converse(request, version, counts)
  return id === undefined ? list(searchParams) : retrieve(id)
}

async function converse(request: Request, version: string, counts: boolean): Promise<Response> {
  const body: unknown = await request.json().catch(() => undefined)
  if (body === undefined) return fail(400, 'The request body is not valid JSON')
  const judged = (counts ? countRequest : messagesRequest).safeParse(body)
  if (!judged.success) return fail(400, complaint(firstProblem(judged.error.issues)))
  const wished = asked.parse(judged.data)
  const given: Asked = { ...wished, model: modelName(wished.model) }
  const fact = served(given.model)?.fact
  if (!fact) return fail(404, `model: ${given.model}`)
  const [refusal] = refusals(given, fact, version)
  if (refusal !== undefined) return fail(400, refusal)
  const prompt = promptOf(wished, fact)
  return tell(request, prompt, {
    streamed: given.stream,
    // To be counted, nothing is cached.
    reply: () =>
      counts
        ? { body: { input_tokens: countInput(judged.data, Infinity).fresh }, events: [] }
        : reply(given, fact, script(prompt), countInput(judged.data, fact.cacheFrom)),
    failure: event('error', { error: { type: 'overloaded_error', message: 'Overloaded' } }),
    headers: told(),
    fail,
  })
}

/** A problem in the words of the real API's validation. */
function complaint({ path, message }: ReturnType<typeof firstProblem>): string {
  const said = message.endsWith('received undefined')
    ? 'Field required'
    : message
        .replace(/^Unrecognized keys?: .*$/u, 'Extra inputs are not permitted')
        .replace(/^Invalid input: expected/u, 'Input should be')
  return path.length > 0 ? `${path.map(String).join('.')}: ${said}` : said
}

const TYPES: Readonly<Record<number, string>> = {
  401: 'authentication_error',
  402: 'billing_error',
  403: 'permission_error',
  404: 'not_found_error',
  409: 'conflict_error',
  413: 'request_too_large',
  429: 'rate_limit_error',
  504: 'timeout_error',
  529: 'overloaded_error',
}

function fail(status: number, message: string): Response {
  const type = TYPES[status] ?? (status >= 500 ? 'api_error' : 'invalid_request_error')
  const headers = told()
  return Response.json(
    { type: 'error', error: { type, message }, request_id: headers['request-id'] },
    { status, headers },
  )
}

function told(): Readonly<Record<string, string>> {
  return {
    'request-id': freshId('req_'),
    'anthropic-ratelimit-requests-limit': '1000',
    'anthropic-ratelimit-requests-remaining': '999',
    'anthropic-ratelimit-requests-reset': new Date().toISOString(),
  }
}

/** What is served: the models that have ids of their own, by these ids or dated ones. */
const MODELS = facts.flatMap((fact) => (fact.ids ?? []).map((id) => ({ id, fact })))

function served(model: string): (typeof MODELS)[number] | undefined {
  return MODELS.find(({ id }) => sameModel(id, model))
}

function list(query: URLSearchParams): Response {
  const limit = Number(query.get('limit') ?? 20)
  const isInRange = Number.isInteger(limit) && limit >= 1 && limit <= 1000
  if (!isInRange) return fail(400, 'limit: Input should be between 1 and 1000')
  const [after = -1, before = -1] = ['after_id', 'before_id'].map((name) =>
    MODELS.findIndex(({ id }) => id === query.get(name)),
  )
  const start = before < 0 ? after + 1 : Math.max(0, before - limit)
  const end = before < 0 ? start + limit : before
  const data = MODELS.slice(start, end).map(info)
  const has_more = before < 0 ? end < MODELS.length : start > 0
  const ends = { first_id: data[0]?.id ?? null, last_id: data.at(-1)?.id ?? null }
  return Response.json({ data, has_more, ...ends }, { headers: told() })
}

function retrieve(model: string): Response {
  const found = served(model)
  return found ? Response.json(info(found), { headers: told() }) : fail(404, `model: ${model}`)
}

function info({ id, fact: { output, context = 1_000_000 } }: (typeof MODELS)[number]) {
  const name = id.replace(/(?<=\d)-(?=\d)/u, '.').replaceAll('-', ' ')
  return {
    type: 'model',
    id,
    display_name: name.replace(/\b[a-z]/gu, (letter) => letter.toUpperCase()),
    // The epoch is the provider's own word for a date it does not know.
    created_at: '1970-01-01T00:00:00Z',
    lifecycle: 'active',
    deprecated_at: null,
    retires_at: null,
    line: id.split('-')[1] ?? null,
    max_input_tokens: context,
    max_tokens: output,
    capabilities: null,
  }
}
