/**
 * Replaying recorded counts: the same is counted again, the recorded count is told, and both are judged.
 *
 * @module
 */
import OpenAI, { APIError } from 'openai'
import { z } from 'zod'
import { anthropic } from '../../adapters/anthropic.ts'
import { countRequest as claudeCount } from '../../adapters/anthropic/strict-count.ts'
import { bedrock } from '../../adapters/bedrock.ts'
import { countRequest as converseCount } from '../../adapters/bedrock/strict-count.ts'
import { google } from '../../adapters/google.ts'
import { countRequest as geminiCount } from '../../adapters/google/strict-count.ts'
import { openai } from '../../adapters/openai.ts'
import { vertex } from '../../adapters/vertex.ts'
import { vertexCount } from '../../adapters/vertex/strict-count.ts'
import type { Adapter, Schema } from '../../src/adapter.ts'
import { createGateway } from '../../src/gateway.ts'
import { differences, Like } from './compare.ts'
import { isMembers, json, list, members, type Members, text } from './reading.ts'
import { bytes, headers, type RecordedReply, type Recording } from './recordings.ts'
import type { Fault } from './replies.ts'
import type { Verdict } from './verdicts.ts'

/** Operations that count. */
export const COUNTS: ReadonlySet<string> = new Set(['count_tokens', 'responses.input_tokens'])

/** How one provider's recorded counts are replayed. */
interface CountRoute {
  readonly protocol: string
  readonly provider: string
  readonly adapter: Adapter
  /** What the provider's API accepts. */
  readonly request: Schema<unknown>
  /** Where its reply has the count. */
  readonly member: string
}

const apiKey = 'test'
const onVertex = vertex({ project: 'test', apiKey })

const ROUTES: readonly CountRoute[] = [
  route('anthropic-messages', 'anthropic', anthropic({ apiKey }), claudeCount, 'input_tokens'),
  route('bedrock-converse', 'bedrock', bedrock({ apiKey }), converseCount, 'inputTokens'),
  route('gemini', 'google', google({ apiKey }), geminiCount, 'totalTokens'),
  route('gemini', 'google-vertex', onVertex, vertexCount, 'totalTokens'),
  // What was asked is the client's own request.
  route('openai-responses', 'openai', openai({ apiKey }), z.looseObject({ model: z.string() }), 'input_tokens'),
]

function route(
  protocol: string,
  provider: string,
  adapter: Adapter,
  request: Schema<unknown>,
  member: string,
): CountRoute {
  return { protocol, provider, adapter, request, member }
}

/** Replays one recording: its reply, and its request. */
export async function* replayCount(recording: Recording): AsyncIterable<Verdict> {
  const { name, provider, protocol, request, response } = recording
  const subject = { name, provider }
  const found = ROUTES.find((one) => one.protocol === protocol && one.provider === provider)
  const body = isMembers(request?.body) ? request.body : undefined
  if (!found || !response || !body) {
    const reason = found
      ? 'recorded without its request, or without its reply'
      : `counts of ${provider}: no adapter yet`
    yield { ...subject, of: 'reply', outcome: 'out of scope', reason, faults: [] }
    return
  }
  const { sent, told } = await ask(askedOf(body, request?.path ?? ''), found, response)
  const through = found.provider
  yield verdict({ ...subject, of: 'reply', through }, [
    ...under('tells the count', differences(expected(response, found), told)),
    ...issues('is what the provider takes', sent, found),
  ])
  if (response.status >= 400) return
  yield verdict({ ...subject, of: 'native request', through }, [
    ...issues('a request the provider took passes our judge', body, found),
    ...under('is counted as the provider was asked', differences(wordsOf(body), wordsOf(sent))),
  ])
}

/** What is to be told of a recorded reply. */
function expected({ status, body }: RecordedReply, { member }: CountRoute): unknown {
  if (status < 400) return { object: 'response.input_tokens', input_tokens: members(body)[member] }
  const { error, message } = members(body)
  const said = text(message) || text(members(error)['message'])
  // A model that is not there is told in OpenAI's own words.
  const named = status === 404 ? said.replace(/^model: /u, '') : said
  return { status, message: new Like(`“${named}”`, (actual) => text(actual).includes(named)) }
}

/** A recorded request, as a client would have asked for its count. */
function askedOf(body: Members, path: string): Members {
  if (body['input'] !== undefined && !isMembers(body['input'])) return body
  const [, inPath] = /\/models?\/([^/]+?)(?::countTokens|\/count-tokens)/u.exec(path) ?? []
  const { said, system, tools } = wordsOf(body)
  return {
    model: text(body['model']) || decodeURIComponent(inPath ?? ''),
    input: said.join('\n') || 'x',
    ...(system.length > 0 && { instructions: system.join('\n') }),
    ...(tools.length > 0 && { tools: tools.map(({ name, ...rest }) => ({ type: 'function', name, ...rest })) }),
  }
}

interface Words {
  readonly said: readonly string[]
  readonly system: readonly string[]
  readonly tools: readonly { readonly name: string; readonly description: string }[]
}

/** What a native request has to be counted, as far as the words are concerned. */
function wordsOf(body: Members): Words {
  const request = [members(body['generateContentRequest']), members(members(body['input'])['converse']), body].find(
    (one) => 'messages' in one || 'contents' in one || 'input' in one,
  )
  const { messages, contents, input, system, systemInstruction, tools, toolConfig } = members(request)
  const declared = list(tools ?? members(toolConfig)['tools']).flatMap((tool) => {
    const { functionDeclarations, toolSpec } = members(tool)
    return functionDeclarations ? list(functionDeclarations).map(members) : [members(toolSpec ?? tool)]
  })
  return {
    said: list(messages ?? contents ?? input).flatMap((turn) =>
      texts(members(turn)['content'] ?? members(turn)['parts']),
    ),
    system: texts(system ?? members(systemInstruction)['parts']),
    tools: declared.map(({ name, description }) => ({ name: text(name), description: text(description) })),
  }
}

function texts(content: unknown): readonly string[] {
  return typeof content === 'string' ? [content] : list(content).map((part) => text(members(part)['text']))
}

async function ask(
  { model, ...asked }: Members,
  { adapter }: CountRoute,
  recorded: RecordedReply,
): Promise<{ readonly sent: Members; readonly told: unknown }> {
  let sent: Members = {}
  const gateway = createGateway({
    providers: { [adapter.name]: adapter },
    prices: false,
    async fetch(_, { body }) {
      sent = members(json(text(body)))
      return new Response(bytes(recorded), { status: recorded.status, headers: headers(recorded) })
    },
  })
  const client = new OpenAI({ apiKey: '-', baseURL: 'http://gateway/v1', fetch: gateway.fetch, maxRetries: 0 })
  const told = await client.responses.inputTokens
    .count({ ...asked, model: `${adapter.name}/${text(model)}` })
    .catch((error: unknown) => {
      if (!(error instanceof APIError)) throw error
      return { status: error.status, message: error.message }
    })
  return { sent, told }
}

function issues(check: string, body: Members, { request }: CountRoute): readonly Fault[] {
  const judged = request.safeParse(body)
  if (judged.success) return []
  return [{ check, path: '', expected: 'what the provider takes', actual: String(judged.error) }]
}

function verdict(subject: Pick<Verdict, 'name' | 'provider' | 'of' | 'through'>, faults: readonly Fault[]): Verdict {
  return { ...subject, outcome: faults.length > 0 ? 'failed' : 'passed', faults }
}

function under(check: string, found: ReturnType<typeof differences>): readonly Fault[] {
  return found.map((difference) => ({ check, ...difference }))
}
