/**
 * The Gemini API, emulated: strict about what it accepts, faithful in how it answers, and played by a script.
 *
 * @see https://ai.google.dev/api/generate-content
 * @module
 */
import { type Emulation, script } from '../../src/sandbox.ts'
import { firstProblem, modelName, tell } from '../../src/sandbox/stage.ts'
import { facts, type GeminiFact } from './models.ts'
import { embed, EMBEDDERS } from './sandbox/embed.ts'
import { count, event, reply } from './sandbox/reply.ts'
import { asked, promptOf } from './sandbox/request.ts'
import { refusals } from './sandbox/rules.ts'
import { generateRequest } from './strict.ts'
import { countRequest } from './strict-count.ts'

/** Emulates AI Studio: `POST /v1beta/models/{model}:generateContent` and its streaming twin, `:countTokens`, `:batchEmbedContents`, `GET /v1beta/models` and one of them. */
export const sandbox: Emulation = async (request) => {
  const { pathname, searchParams } = new URL(request.url)
  const [, model, method] =
    /\/v1beta\/models(?:\/([^:/]+(?::sandbox:[^/]*?)?))?(?::(\w+))?$/u.exec(decodeURIComponent(pathname)) ?? []
  if (!/\/v1beta\/models(?:\/|$)/u.test(pathname)) return fail(404, 'Not Found')
  const key = request.headers.get('x-goog-api-key') ?? searchParams.get('key')
  if (!key) return fail(403, MISSING_KEY)
  if (request.method === 'GET') return model === undefined ? list(searchParams) : retrieve(model)
  if (model !== undefined && method === 'batchEmbedContents') {
    return EMBEDDERS.has(modelName(model))
      ? embed(request, model, { fail, complaint })
      : fail(404, absent(modelName(model), method))
  }
  if (model === undefined || !METHODS.has(method)) return fail(404, 'Not Found')
  return converse(request, model, method)
}

const METHODS: ReadonlySet<string | undefined> = new Set(['generateContent', 'streamGenerateContent', 'countTokens'])

const MISSING_KEY =
  "Method doesn't allow unregistered callers (callers without established identity). Please use API Key or other form of API consumer identity to call this API."

async function converse(request: Request, name: string, method: string | undefined): Promise<Response> {
  const model = modelName(name)
  const fact = served(model)?.fact
  const counts = method === 'countTokens'
  if (!fact) return fail(404, absent(model, counts ? method : undefined))
  const body: unknown = await request.json().catch(() => undefined)
  const judged = (counts ? countRequest : generateRequest).safeParse(body)
  if (!judged.success) return fail(400, complaint(firstProblem(judged.error.issues)))
  const [refusal] = refusals(judged.data, fact, model)
  if (refusal !== undefined) return fail(400, refusal)
  const prompt = promptOf(asked.parse(judged.data), name, fact)
  return tell(request, prompt, {
    streamed: method === 'streamGenerateContent',
    reply: () => (counts ? count(judged.data) : reply(judged.data, model, script(prompt))),
    failure: event({
      error: { code: 503, message: 'The model is overloaded. Please try again later.', status: 'UNAVAILABLE' },
    }),
    headers: {},
    fail,
  })
}

/** A problem in the words of the real API's parser. */
function complaint({ path, message }: ReturnType<typeof firstProblem>): string {
  const unknown = /^Unrecognized keys?: "(.+?)"/u.exec(message)?.[1]
  const place = path
    .map((key) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`))
    .join('')
    .slice(1)
  return unknown === undefined
    ? `Invalid value at '${place}': ${message}`
    : `Invalid JSON payload received. Unknown name "${unknown}" at '${place}': Cannot find field.`
}

function absent(model: string, method = 'generateContent'): string {
  return `models/${model} is not found for API version v1beta, or is not supported for ${method}. Call ListModels to see the list of available models and their supported methods.`
}

const STATUSES: Readonly<Record<number, string>> = {
  400: 'INVALID_ARGUMENT',
  401: 'UNAUTHENTICATED',
  403: 'PERMISSION_DENIED',
  404: 'NOT_FOUND',
  409: 'ABORTED',
  429: 'RESOURCE_EXHAUSTED',
  500: 'INTERNAL',
  503: 'UNAVAILABLE',
  504: 'DEADLINE_EXCEEDED',
}

function fail(code: number, message: string): Response {
  const status = STATUSES[code] ?? (code >= 500 ? 'INTERNAL' : 'INVALID_ARGUMENT')
  return Response.json({ error: { code, message, status } }, { status: code })
}

/** What is served: the models that have ids of their own. */
const MODELS = facts.flatMap((fact) => (fact.ids ?? []).map((id) => ({ id, fact })))

function served(model: string): { readonly id: string; readonly fact: GeminiFact } | undefined {
  return MODELS.find(({ id }) => id === model)
}

function list(query: URLSearchParams): Response {
  const size = Math.min(Number(query.get('pageSize') ?? 50) || 50, 1000)
  const start = Number(query.get('pageToken') ?? 0) || 0
  const all = [...MODELS.map(info), ...[...EMBEDDERS.keys()].map(embedder)]
  const models = all.slice(start, start + size)
  const next = start + size < all.length ? { nextPageToken: String(start + size) } : {}
  return Response.json({ models, ...next })
}

function retrieve(model: string): Response {
  if (EMBEDDERS.has(model)) return Response.json(embedder(model))
  const found = served(model)
  return found ? Response.json(info(found)) : fail(404, absent(model))
}

function info({ id, fact }: (typeof MODELS)[number]) {
  const words = id.split('-').map((word) => word[0]?.toUpperCase() + word.slice(1))
  return {
    name: `models/${id}`,
    version: '001',
    displayName: words.join(' '),
    inputTokenLimit: fact.context,
    outputTokenLimit: fact.output,
    supportedGenerationMethods: ['generateContent', 'countTokens'],
    thinking: fact.thinks.by !== 'nothing',
  }
}

function embedder(id: string) {
  return {
    name: `models/${id}`,
    version: '001',
    inputTokenLimit: 2048,
    outputTokenLimit: 1,
    supportedGenerationMethods: ['embedContent', 'batchEmbedContents'],
  }
}
