/**
 * OpenAI's chat API, emulated: strict about what it accepts, faithful in how it answers, and played by a script.
 *
 * @see https://platform.openai.com/docs/api-reference/chat
 * @module
 */
import { type Emulation, script } from '../../src/sandbox.ts'
import { firstProblem, freshId, modelName, tell } from '../../src/sandbox/stage.ts'
import { sniffBase64 } from '../../src/wire/sniff.ts'
import { facts } from './models.ts'
import { count } from './sandbox/count.ts'
import { embed, EMBEDDERS } from './sandbox/embed.ts'
import { reply } from './sandbox/reply.ts'
import { type Asked, partsOf, promptOf } from './sandbox/request.ts'
import { chatRequest } from './strict.ts'

/**
 * Emulates OpenAI, below whatever base: `POST /chat/completions`, `POST /embeddings`, `POST /responses/input_tokens`,
 * `GET /models`, `GET /models/{id}`.
 */
export const sandbox: Emulation = async (request) => {
  const { method, url, headers } = request
  const { pathname } = new URL(url)
  const [, resource, id] =
    /\/(chat\/completions|embeddings|responses\/input_tokens|models)(?:\/([^/]+))?$/u.exec(pathname) ?? []
  const isList = resource === 'models'
  if (!resource || (!isList && id)) return fail(404, `Invalid URL (${method} ${pathname})`, { code: null })
  const expected = isList ? 'GET' : 'POST'
  if (method !== expected) return fail(405, `Only ${expected} requests are accepted.`, { code: 'method_not_supported' })
  const key = headers.get('authorization')?.replace(/^Bearer\s*/iu, '') || headers.get('api-key')
  if (!key) return fail(401, NO_KEY, { code: null })
  if (resource === 'chat/completions') return converse(request)
  const answering = { fail, refuse: (problem: Complained) => refuse(complaint(problem)), unknown, told }
  if (resource === 'embeddings') return embed(request, answering)
  if (resource === 'responses/input_tokens') return count(request, CHATTING, answering)
  if (id === undefined) return Response.json({ object: 'list', data: MODELS.map(info) }, { headers: told() })
  return MODELS.includes(id) ? Response.json(info(id), { headers: told() }) : unknown(id)
}

const NO_KEY =
  "You didn't provide an API key. You need to provide your API key in an Authorization header using Bearer auth (i.e. Authorization: Bearer YOUR_KEY)."

async function converse(request: Request): Promise<Response> {
  const body: unknown = await request.json().catch(() => undefined)
  if (body === undefined) return fail(400, 'We could not parse the JSON body of your request.', { code: null })
  const judged = chatRequest.safeParse(body)
  if (!judged.success) return refuse(complaint(firstProblem(judged.error.issues)))
  const given = judged.data
  const model = modelName(given.model)
  if (!CHATTING.includes(model)) return unknown(model)
  const [problem] = refusals(given, model)
  if (problem) return refuse(problem)
  const prompt = promptOf(given)
  return tell(request, prompt, {
    streamed: given.stream === true,
    reply: () => reply({ ...given, model }, script(prompt)),
    failure: `data: ${JSON.stringify({ error: { message: BROKEN, type: 'server_error', param: null, code: null } })}\n\n`,
    headers: told(),
    fail,
  })
}

const BROKEN = 'The server had an error while processing your request. Sorry about that!'

/** What an error says besides its message. */
interface Problem {
  readonly message: string
  readonly param?: string | null
  readonly code?: string | null
}

function* refusals(
  { messages, response_format, modalities, web_search_options }: Asked,
  model: string,
): Iterable<Problem> {
  if (modalities?.includes('audio')) {
    yield { message: 'The sandbox has no voice.', param: 'modalities', code: 'unsupported_value' }
  }
  if (web_search_options && !model.includes('search')) {
    yield { message: 'Web search options not supported with this model.', param: 'web_search_options' }
  }
  if (response_format?.type === 'json_object' && !/json/iu.test(JSON.stringify(messages))) {
    const message =
      "'messages' must contain the word 'json' in some form, to use 'response_format' of type 'json_object'."
    yield { message, param: 'messages' }
  }
  for (const part of messages.flatMap(({ content }) => partsOf(content))) {
    const url = part.type === 'image_url' ? part.image_url.url : ''
    const data = /^data:image\/[^,]*,(.*)$/su.exec(url)?.[1]
    const isImage = data === undefined || sniffBase64(data)?.startsWith('image/')
    if (!isImage) yield { message: NO_IMAGE, code: 'invalid_image_format' }
  }
}

const NO_IMAGE =
  "You uploaded an unsupported image. Please make sure your image has of one the following formats: ['png', 'jpeg', 'gif', 'webp']."

type Complained = ReturnType<typeof firstProblem>

/** A problem in the words of the real API's validation. */
function complaint({ path, message }: Complained): Problem {
  const param = path
    .map((key) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`))
    .join('')
    .replace(/^\./u, '')
  if (message.startsWith('Unrecognized key')) {
    return { message: `Unknown parameter: '${param}'.`, param, code: 'unknown_parameter' }
  }
  if (message.endsWith('received undefined')) {
    return { message: `Missing required parameter: '${param}'.`, param, code: 'missing_required_parameter' }
  }
  return { message: `Invalid '${param}': ${message.replace(/^Invalid input: /u, '')}.`, param, code: 'invalid_value' }
}

function refuse({ message, ...problem }: Problem): Response {
  return fail(400, message, problem)
}

const TYPES: Readonly<Record<number, readonly [type: string, code: string]>> = {
  401: ['invalid_request_error', 'invalid_api_key'],
  404: ['invalid_request_error', 'model_not_found'],
  429: ['requests', 'rate_limit_exceeded'],
}

function fail(status: number, message: string, { param = null, code }: Omit<Problem, 'message'> = {}): Response {
  const [type, usual] = TYPES[status] ?? [status >= 500 ? 'server_error' : 'invalid_request_error', null]
  const error = { message, type, param, code: code === undefined ? usual : code }
  return Response.json({ error }, { status, headers: told() })
}

function unknown(model: string): Response {
  return fail(404, `The model \`${model}\` does not exist or you do not have access to it.`)
}

function told(): Readonly<Record<string, string>> {
  return {
    'openai-version': '2020-10-01',
    'x-request-id': freshId('req_'),
    'x-ratelimit-limit-requests': '1000',
    'x-ratelimit-remaining-requests': '999',
    'x-ratelimit-reset-requests': '60ms',
  }
}

const CHATTING = facts.flatMap(({ ids = [] }) => ids)
const MODELS = [...CHATTING, ...EMBEDDERS.keys()]

function info(id: string) {
  return { id, object: 'model', created: 0, owned_by: 'sandbox' }
}
