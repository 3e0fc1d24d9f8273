/**
 * The chat API, emulated: strict about what it accepts, faithful in how it answers, and played by a script.
 *
 * @see https://docs.cohere.com/reference/chat
 * @module
 */
import { type Emulation, script } from '../../src/sandbox.ts'
import { firstProblem, freshId, modelName, tell } from '../../src/sandbox/stage.ts'
import { sniffBase64 } from '../../src/wire/sniff.ts'
import { factFor, type ModelFact } from '../../src/adapter.ts'
import { facts } from './models.ts'
import { embed, EMBEDDERS } from './sandbox/embed.ts'
import { event, reply } from './sandbox/reply.ts'
import { type Asked, pictures, promptOf } from './sandbox/request.ts'
import { chatRequest } from './strict.ts'

/** Emulates Cohere: `POST /v2/chat`, `POST /v2/embed`, `GET /v1/models`, `GET /v1/models/{name}`. */
export const sandbox: Emulation = async (request) => {
  const { pathname } = new URL(request.url)
  const [, resource, name] = /\/(v2\/chat|v2\/embed|v1\/models)(?:\/([^/]+))?$/u.exec(pathname) ?? []
  const isList = resource === 'v1/models'
  if (!resource || (!isList && name)) return fail(404, `invalid request: no such path: ${pathname}`)
  if (request.method !== (isList ? 'GET' : 'POST')) return fail(405, 'method not allowed')
  if (!request.headers.get('authorization')?.replace(/^Bearer\s*/iu, '')) return fail(401, 'no api key supplied')
  if (resource === 'v2/chat') return converse(request)
  if (resource === 'v2/embed') return embed(request, { fail, unknown })
  if (name === undefined)
    return Response.json({ models: [...MODELS.map(info), ...[...EMBEDDERS.keys()].map(embedder)] })
  if (EMBEDDERS.has(name)) return Response.json(embedder(name))
  return MODELS.includes(name) ? Response.json(info(name)) : unknown(name)
}

async function converse(request: Request): Promise<Response> {
  const body: unknown = await request.json().catch(() => undefined)
  if (body === undefined) return fail(400, 'invalid json syntax')
  const judged = chatRequest.safeParse(body)
  if (!judged.success) {
    const { path, message } = firstProblem(judged.error.issues)
    return fail(400, `invalid request: ${[...path, message].join(': ')}`)
  }
  const given = judged.data
  const model = modelName(given.model)
  if (!MODELS.includes(model)) return unknown(model)
  const { supports = {} } = factFor(facts, model) ?? NOTHING
  const [problem] = refusals(given, supports)
  if (problem !== undefined) return fail(400, problem)
  const prompt = promptOf(given, supports.reasoning !== false)
  return tell(request, prompt, {
    streamed: given.stream,
    reply: () => reply(given, script(prompt)),
    failure: event('message-end', { delta: { finish_reason: 'ERROR', error: BROKEN } }),
    headers: {},
    fail,
  })
}

const NOTHING: ModelFact = { match: '' }
const BROKEN = 'internal server error, this has been reported to our developers'

function* refusals(request: Asked, supports: NonNullable<ModelFact['supports']>): Iterable<string> {
  const seen = pictures(request)
  if (seen.length > 0 && supports.images === false)
    yield `invalid request: model '${request.model}' does not support image inputs`
  for (const url of seen) {
    const data = /^data:[^,]*,(.*)$/su.exec(url)?.[1]
    if (data !== undefined && !sniffBase64(data)?.startsWith('image/'))
      yield 'invalid request: image could not be decoded'
  }
  if (request.thinking && supports.reasoning === false)
    yield `invalid request: thinking is not supported by model '${request.model}'`
}

function unknown(model: string): Response {
  return fail(
    404,
    `model '${model}' not found, make sure the correct model ID was used and that you have access to the model.`,
  )
}

function fail(status: number, message: string): Response {
  return Response.json({ id: freshId(''), message }, { status })
}

const MODELS = facts.flatMap(({ ids = [] }) => ids)

function info(name: string) {
  const { context, supports } = factFor(facts, name) ?? NOTHING
  const features = [
    'json_mode',
    'json_schema',
    'tools',
    ...(supports?.images === false ? [] : ['vision']),
    ...(supports?.reasoning === false ? [] : ['reasoning']),
  ]
  return {
    name,
    is_deprecated: false,
    endpoints: ['chat'],
    finetuned: false,
    ...(context !== undefined && { context_length: context }),
    default_endpoints: [],
    features,
  }
}

function embedder(name: string) {
  return { name, is_deprecated: false, endpoints: ['embed'], finetuned: false, default_endpoints: [], features: null }
}
