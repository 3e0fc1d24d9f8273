/**
 * Converse and ConverseStream, emulated: strict about what they accept, faithful in how they answer, and played by a script.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html
 * @module
 */
import { type Emulation, script } from '../../src/sandbox.ts'
import { firstProblem, freshId, modelName, tell } from '../../src/sandbox/stage.ts'
import { sealFrame } from '../../src/wire/eventstream.ts'
import { facts, knownOf, sameModel, ungeographic } from './models.ts'
import { countInput } from './sandbox/cache.ts'
import { embed } from './sandbox/embed.ts'
import { reply } from './sandbox/reply.ts'
import { asked, promptOf } from './sandbox/request.ts'
import { refusals } from './sandbox/rules.ts'
import { converseRequest } from './strict.ts'
import { countRequest } from './strict-count.ts'

/** Emulates Amazon Bedrock: `POST /model/{modelId}/converse`, `/converse-stream`, `/count-tokens`, and `/invoke` for embeddings. */
export const sandbox: Emulation = async (request) => {
  const { pathname } = new URL(request.url)
  const [, id, action] = /^\/model\/([^/]+)\/(converse|converse-stream|count-tokens|invoke)$/u.exec(pathname) ?? []
  if (id === undefined) return fail(404, 'UnknownOperationException')
  if (request.method !== 'POST') return fail(405, 'UnsupportedOperationException')
  const authorization = request.headers.get('authorization') ?? ''
  if (!/^(?:Bearer \S|AWS4-HMAC-SHA256 Credential=)/u.test(authorization))
    return fail(403, 'Missing Authentication Token')
  const wished = decodeURIComponent(id)
  if (action === 'invoke') return embed(request, wished, { fail, complaint, told }) ?? fail(400, NO_MODEL)
  const body: unknown = await request.json().catch(() => undefined)
  if (body === undefined) return fail(400, 'Malformed input request, please reformat your input and try again.')
  if (action === 'count-tokens') return count(request, body, wished)
  const judged = converseRequest.safeParse(body)
  if (!judged.success) return fail(400, complaint(firstProblem(judged.error.issues)))
  const model = modelName(wished)
  const fact = SERVED.has(model) ? knownOf(facts, model) : undefined
  if (!fact) return fail(400, NO_MODEL)
  const given = asked.parse(body)
  const [refusal] = refusals(given, model, fact)
  if (refusal !== undefined) return fail(400, refusal)
  const prompt = promptOf(given, wished)
  return tell(request, prompt, {
    streamed: action === 'converse-stream',
    type: 'application/vnd.amazon.eventstream',
    reply: () => reply(given, model, fact, script(prompt), countInput(judged.data, model, fact.cacheFrom)),
    failure: sealFrame('{"serviceUnavailableException":{"message":"The service is unavailable."}}'),
    headers: told(),
    fail,
  })
}

async function count(request: Request, body: unknown, wished: string): Promise<Response> {
  const judged = countRequest.safeParse(body)
  if (!judged.success) return fail(400, complaint(firstProblem(judged.error.issues)))
  const model = modelName(wished)
  if (![...SERVED].some((id) => sameModel(id, model))) return fail(400, NO_MODEL)
  // Profiles are no models, and only Claude's are counted.
  if (ungeographic(model) !== model || !knownOf(facts, model).claude)
    return fail(400, "The provided model doesn't support counting tokens.")
  const { converse } = judged.data.input
  return tell(request, promptOf(asked.parse(converse), wished), {
    streamed: false,
    reply: () => ({ body: { inputTokens: countInput(converse, model, Infinity).fresh }, events: [] }),
    failure: '',
    headers: told(),
    fail,
  })
}

const NO_MODEL = 'The provided model identifier is invalid.'

/** What is served: the models that have ids of their own, by these ids. */
const SERVED = new Set(facts.flatMap(({ ids = [] }) => ids))

function complaint({ path, message }: ReturnType<typeof firstProblem>): string {
  const place = path.length > 0 ? `#/${path.map(String).join('/')}: ` : ''
  return `Malformed input request: ${place}${message}, please reformat your input and try again.`
}

const TYPES: Readonly<Record<number, string>> = {
  401: 'UnrecognizedClientException',
  403: 'AccessDeniedException',
  404: 'ResourceNotFoundException',
  408: 'ModelTimeoutException',
  424: 'ModelErrorException',
  429: 'ThrottlingException',
  500: 'InternalServerException',
  503: 'ServiceUnavailableException',
}

function fail(status: number, message: string): Response {
  const type = TYPES[status] ?? (status >= 500 ? 'InternalServerException' : 'ValidationException')
  const headers = { ...told(), 'x-amzn-errortype': `${type}:http://internal.amazon.com/coral/com.amazon.bedrock/` }
  return Response.json({ message }, { status, headers })
}

function told(): Readonly<Record<string, string>> {
  return { 'x-amzn-requestid': freshId('') }
}
