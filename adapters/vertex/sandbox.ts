/**
 * Vertex AI, emulated: the emulations of Gemini and of Claude, behind Google's paths and credentials.
 *
 * @see https://cloud.google.com/vertex-ai/docs/reference/rest/v1/projects.locations.publishers.models
 * @module
 */
import type { Emulation } from '../../src/sandbox.ts'
import { firstProblem } from '../../src/sandbox/stage.ts'
import { sandbox as anthropic } from '../anthropic/sandbox.ts'
import { sandbox as google } from '../google/sandbox.ts'
import { embed, embeds } from './sandbox-embed.ts'
import { envelope } from './strict.ts'
import { countEnvelope, geminiCount } from './strict-count.ts'

const PATH =
  /^\/(?:v1|v1beta1)(?<project>\/projects\/[^/]+\/locations\/[^/]+)?\/publishers\/(?<publisher>google|anthropic)\/models\/(?<model>[^/]+):(?<method>\w+)$/u

/** Emulates Vertex AI: `generateContent` of Gemini and `rawPredict` of Claude, each whole and streamed, and counted; embeddings. */
export const sandbox: Emulation = async (request) => {
  const { pathname } = new URL(request.url)
  const { project, publisher, model = '', method = '' } = PATH.exec(pathname)?.groups ?? {}
  if (!publisher || request.method !== 'POST') return fail(404, 'NOT_FOUND', 'Not found.')
  const { headers } = request
  const isKnown = /^Bearer\s+\S/iu.test(headers.get('authorization') ?? '') || Boolean(headers.get('x-goog-api-key'))
  if (!isKnown) return fail(401, 'UNAUTHENTICATED', 'Request is missing required authentication credential.')
  const name = decodeURIComponent(model)
  if (publisher === 'google' && embeds(name, method)) return embed(request, name, method, failWith)
  if (publisher === 'google') return gemini(request, model, method)
  // Express mode serves no partners' models.
  if (project === undefined) return missing(publisher, model)
  return claude(request, name, method)
}

async function gemini(request: Request, model: string, method: string): Promise<Response> {
  const { search } = new URL(request.url)
  const url = `https://generativelanguage.googleapis.com/v1beta/models/${model}:${method}${search}`
  let body = await request.text()
  if (method === 'countTokens') {
    const judged = geminiCount.safeParse(parsed(body))
    if (!judged.success) return fail(400, 'INVALID_ARGUMENT', complaint(firstProblem(judged.error.issues)))
    body = JSON.stringify({ generateContentRequest: { model: `models/${model}`, ...judged.data } })
  }
  const response = await google(passedOn(request, url, body))
  return response.status === 404 ? missing('google', model) : response
}

async function claude(request: Request, model: string, method: string): Promise<Response> {
  const counts = model === 'count-tokens'
  if (method !== 'rawPredict' && (method !== 'streamRawPredict' || counts))
    return refuse(`${method} is not supported by this model`)
  const judged = (counts ? countEnvelope : envelope).safeParse(parsed(await request.text()))
  if (!judged.success) return refuse(complaint(firstProblem(judged.error.issues)))
  const { anthropic_version: _, ...rest } = judged.data
  const body = JSON.stringify(counts ? rest : { ...rest, model })
  const url = `https://api.anthropic.com/v1/messages${counts ? '/count_tokens' : ''}`
  const response = await anthropic(passedOn(request, url, body))
  return response.status === 404 ? missing('anthropic', model) : response
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    return undefined
  }
}

function complaint({ path, message }: ReturnType<typeof firstProblem>): string {
  return path.length > 0 ? `${path.map(String).join('.')}: ${message}` : message
}

function passedOn({ headers, signal }: Request, url: string, body: string): Request {
  const beta = headers.get('anthropic-beta')
  return new Request(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'x-goog-api-key': 'sandbox',
      'x-api-key': 'sandbox',
      'anthropic-version': '2023-06-01',
      ...(beta !== null && { 'anthropic-beta': beta }),
    },
    signal,
    body,
  })
}

function refuse(message: string): Response {
  return Response.json({ type: 'error', error: { type: 'invalid_request_error', message } }, { status: 400 })
}

function missing(publisher: string, model: string): Response {
  const name = `projects/sandbox/locations/global/publishers/${publisher}/models/${model}`
  return fail(404, 'NOT_FOUND', `Publisher Model \`${name}\` was not found or your project does not have access to it.`)
}

const STATUSES: Readonly<Record<number, string>> = { 400: 'INVALID_ARGUMENT', 429: 'RESOURCE_EXHAUSTED' }

function failWith(code: number, message: string): Response {
  return fail(code, STATUSES[code] ?? 'UNAVAILABLE', message)
}

function fail(code: number, status: string, message: string): Response {
  return Response.json({ error: { code, message, status } }, { status: code })
}
