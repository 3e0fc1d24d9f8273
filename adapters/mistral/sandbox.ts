/**
 * Mistral's chat API, emulated: strict about what it accepts, faithful in how it answers, and played by a script.
 *
 * @see https://docs.mistral.ai/api/endpoint/chat
 * @module
 */
import { type Emulation, script } from '../../src/sandbox.ts'
import { firstProblem, freshId, modelName, tell } from '../../src/sandbox/stage.ts'
import { facts } from './models.ts'
import { embed, EMBEDDERS } from './sandbox/embed.ts'
import { reply } from './sandbox/reply.ts'
import { promptOf } from './sandbox/request.ts'
import { chatRequest } from './strict.ts'

/** Emulates Mistral: `POST /v1/chat/completions`, `POST /v1/embeddings`, `GET /v1/models`, `GET /v1/models/{id}`. */
export const sandbox: Emulation = async (request) => {
  const { method, url, headers } = request
  const [, resource, id] =
    /\/v1\/(chat\/completions|embeddings|models)(?:\/([^/]+))?$/u.exec(new URL(url).pathname) ?? []
  const isList = resource === 'models'
  if (!resource || (!isList && id)) return Response.json({ detail: 'Not Found' }, { status: 404 })
  if (method !== (isList ? 'GET' : 'POST')) return Response.json({ detail: 'Method Not Allowed' }, { status: 405 })
  if (!/^Bearer\s+\S/iu.test(headers.get('authorization') ?? '')) return fail(401, '')
  if (resource === 'chat/completions') return converse(request)
  if (resource === 'embeddings') return embed(request, { fail, refuse, unknown, told })
  if (id === undefined) return Response.json({ object: 'list', data: MODELS.map(card) }, { headers: told() })
  return MODELS.includes(id) ? Response.json(card(id), { headers: told() }) : unknown(id)
}

async function converse(request: Request): Promise<Response> {
  const given: unknown = await request.json().catch(() => undefined)
  const judged = chatRequest.safeParse(given)
  if (!judged.success) return refuse(firstProblem(judged.error.issues))
  const model = modelName(judged.data.model)
  if (!CHATTING.includes(model)) return unknown(model)
  const fact = facts.find(({ ids }) => ids?.includes(model))
  const { reasoning_effort: effort } = judged.data
  if (effort != null && fact?.thinks !== 'effort') {
    return fail(400, `reasoning_effort is not supported for model ${model}`, '3051')
  }
  const prompt = promptOf(judged.data)
  return tell(request, prompt, {
    streamed: judged.data.stream === true,
    reply: () => reply({ ...judged.data, model }, script(prompt)),
    failure: `data: ${JSON.stringify(error('Internal server error', 'internal_server_error', '1000'))}\n\n`,
    headers: told(),
    fail,
  })
}

/** A problem in the words of the real API: rules about the order of messages and their ids have a form of their own. */
function refuse({ path, message }: ReturnType<typeof firstProblem>): Response {
  const isOrder = /^(?:Unexpected role|Expected last role)/u.test(message)
  if (isOrder) return Response.json(error(message, 'invalid_request_message_order', '3230'), { status: 400 })
  if (/^(?:Unexpected tool call id|Not the same number|must be a-z)/u.test(message)) {
    return Response.json(error(message, 'invalid_request_error', '3280'), { status: 400 })
  }
  const type = message.startsWith('Unrecognized key') ? 'extra_forbidden' : 'value_error'
  const msg = type === 'extra_forbidden' ? 'Extra inputs are not permitted' : message
  const detail = [{ type, loc: ['body', ...path.map(String)], msg }]
  return Response.json(
    { object: 'error', message: { detail }, type: 'invalid_request_error', param: null, code: null },
    { status: 422, headers: told() },
  )
}

const TYPES: Readonly<Record<number, readonly [type: string, code: string]>> = {
  400: ['invalid_request_error', '3000'],
  429: ['rate_limited', '1300'],
}

function fail(status: number, message: string, code?: string): Response {
  if (status === 401) return Response.json({ detail: 'Unauthorized' }, { status, headers: told() })
  const [type, usual] = TYPES[status] ?? ['internal_server_error', '1000']
  return Response.json(error(message, type, code ?? usual), { status, headers: told() })
}

function unknown(model: string): Response {
  return Response.json(error(`Invalid model: ${model}`, 'invalid_model', '1500'), { status: 400, headers: told() })
}

function error(message: string, type: string, code: string) {
  return { object: 'error', message, type, param: null, code }
}

function told(): Readonly<Record<string, string>> {
  return {
    'mistral-correlation-id': freshId(''),
    'x-ratelimit-limit-req-minute': '1000',
    'x-ratelimit-remaining-req-minute': '999',
    'x-ratelimit-limit-tokens-minute': '1000000',
    'x-ratelimit-remaining-tokens-minute': '999000',
  }
}

const CHATTING = facts.flatMap(({ ids = [] }) => ids)
const MODELS = [...CHATTING, ...EMBEDDERS.keys()]

function card(id: string) {
  const chats = CHATTING.includes(id)
  return {
    id,
    object: 'model',
    created: 0,
    owned_by: 'sandbox',
    capabilities: { completion_chat: chats, function_calling: chats, vision: chats },
    name: id,
    max_context_length: 131_072,
    aliases: [],
    type: 'base',
  }
}
