/**
 * The native API, emulated: strict about what it accepts, faithful in how it answers, and played by a script.
 *
 * @see https://docs.ollama.com/api
 * @module
 */
import { type Emulation, script } from '../../src/sandbox.ts'
import { firstProblem, modelName, tell } from '../../src/sandbox/stage.ts'
import { sniffBase64 } from '../../src/wire/sniff.ts'
import { embed } from './sandbox/embed.ts'
import { line, reply } from './sandbox/reply.ts'
import { type Asked, promptOf } from './sandbox/request.ts'
import { chatRequest } from './strict.ts'

/** Models as if they had been pulled, and what they can do. */
const MODELS: ReadonlyMap<string, readonly string[]> = new Map([
  ['qwen3-vl:8b', ['completion', 'tools', 'thinking', 'vision']],
  ['qwen3:8b', ['completion', 'tools', 'thinking']],
  ['llama3.2:latest', ['completion', 'tools']],
  ['gemma3:4b', ['completion', 'vision']],
  ['nomic-embed-text:latest', ['embedding']],
  ['embeddinggemma:latest', ['embedding']],
])

/** Emulates Ollama: `POST /api/chat`, `POST /api/embed`, `GET /api/tags`. No key is asked for. */
export const sandbox: Emulation = async (request) => {
  const { method, url } = request
  const { pathname } = new URL(url)
  if (pathname.endsWith('/api/chat')) return method === 'POST' ? converse(request) : fail(405, 'method not allowed')
  if (pathname.endsWith('/api/embed'))
    return method === 'POST' ? embed(request, abilitiesOf, fail) : fail(405, 'method not allowed')
  if (!pathname.endsWith('/api/tags')) return fail(404, `path ${pathname} not found`)
  return method === 'GET' ? Response.json({ models: [...MODELS.keys()].map(info) }) : fail(405, 'method not allowed')
}

async function converse(request: Request): Promise<Response> {
  const body: unknown = await request.json().catch(() => undefined)
  if (body === undefined) return fail(400, 'invalid character in the body of the request')
  const judged = chatRequest.safeParse(body)
  if (!judged.success) {
    const { path, message } = firstProblem(judged.error.issues)
    return fail(400, `${path.join('.')}: ${message}`)
  }
  const given = judged.data
  const model = modelName(given.model)
  const abilities = abilitiesOf(model)
  if (!abilities) return fail(404, `model '${model}' not found`)
  const [problem] = refusals(given, model, abilities)
  if (problem !== undefined) return fail(400, problem)
  const prompt = promptOf(given, abilities.includes('thinking'))
  return tell(request, prompt, {
    streamed: given.stream,
    reply: () => reply({ ...given, model }, script(prompt)),
    failure: line({ error: 'model runner has unexpectedly stopped' }),
    headers: given.stream ? { 'content-type': 'application/x-ndjson' } : {},
    fail,
  })
}

/** What a model can do, where there is one of that name. */
function abilitiesOf(model: string): readonly string[] | undefined {
  return MODELS.get(model.includes(':') ? model : `${model}:latest`)
}

function* refusals(
  { think, tools = [], messages }: Asked,
  model: string,
  abilities: readonly string[],
): Iterable<string> {
  if (!abilities.includes('completion')) yield `"${model}" does not support chat`
  const asks = think !== undefined && think !== false
  if (asks && !abilities.includes('thinking')) yield `"${model}" does not support thinking`
  if (tools.length > 0 && !abilities.includes('tools'))
    yield `registry.ollama.ai/library/${model} does not support tools`
  for (const image of messages.flatMap(({ images = [] }) => images)) {
    if (!abilities.includes('vision')) yield 'this model is missing data required for image input'
    if (!sniffBase64(image)?.startsWith('image/')) yield 'Failed to load image or audio file'
  }
}

function fail(status: number, error: string): Response {
  return Response.json({ error }, { status })
}

function info(name: string) {
  const [family = name] = name.split(':')
  return {
    name,
    model: name,
    modified_at: '2026-01-01T00:00:00Z',
    size: 0,
    digest: '',
    details: {
      parent_model: '',
      format: 'gguf',
      family,
      families: [family],
      parameter_size: '',
      quantization_level: '',
    },
  }
}
