/**
 * Encoding: a chat request as a call of the chat API.
 *
 * @see https://docs.cohere.com/reference/chat
 * @module
 */
import type { Call, Undo, Warn } from '../../src/adapter.ts'
import type { ChatRequest, Format, Json } from '../../src/canonical.ts'
import { answerByWords } from '../../src/emulate.ts'
import { badRequest } from '../../src/errors.ts'
import { converse } from './messages.ts'
import type { Native, Task } from './native.ts'
import { think } from './thinking.ts'
import { renamed, toolbox } from './tools.ts'

/** Members of the native request that clients may send as they are. */
const PASSED = ['citation_options', 'priority', 'safety_mode']

/** Extension members that are understood. */
export const extensions: readonly string[] = [...PASSED, 'documents', 'thinking']

/** The most texts that may end a reply. */
const MOST_STOPS = 5

/** Says a request in the provider's words. */
export function encode(asked: ChatRequest, warn: Warn): Call {
  const { request, undo } = fitFormat(asked, warn)
  const task: Task = { request, warn }
  const { messages, documents: files } = converse(task)
  if (messages.every(({ role }) => role === 'system'))
    throw badRequest('There is nothing to reply to: no message has any content.', 'messages', 'invalid_value')
  const documents = [...documentsOf(request), ...files]
  const names = renamed(request.tools)
  return {
    path: '/v2/chat',
    body: {
      model: request.model,
      // Required, whichever it is.
      stream: request.stream,
      messages,
      ...toolbox(task),
      ...(documents.length > 0 && { documents }),
      ...passed(request),
      ...format(request.format),
      ...think(task),
      ...sampling(task),
      ...ending(request),
      ...likelihood(request),
    },
    undo: {
      ...undo,
      ...(names.size > 0 && { names }),
      // It cannot be asked for one call at a time.
      ...(request.parallelToolCalls === false && { single: true }),
    },
  }
}

interface FittedFormat {
  readonly request: ChatRequest
  readonly undo: Undo
}

/** The provider can enforce the form of an answer, but neither beside tools nor beside documents: there JSON is asked for in words. */
function fitFormat(request: ChatRequest, warn: Warn): FittedFormat {
  const { format, tools = [] } = request
  const isFree = tools.length === 0 && documentsOf(request).length === 0 && !request.messages.some(holdsFile)
  if (isFree || format === undefined || format.type === 'text') return { request, undo: {} }
  const isSchema = format.type === 'schema' && format.schema !== undefined
  if (isSchema && tools.length > 0) {
    const message = 'This provider cannot enforce a schema beside tools. Leave out response_format or tools.'
    throw badRequest(message, 'response_format', 'unsupported_value')
  }
  if (isSchema) warn('response_format', 'the schema cannot be enforced beside documents, asked for in words')
  return answerByWords(request)
}

function holdsFile(message: ChatRequest['messages'][number]): boolean {
  if (message.role !== 'user' || typeof message.content === 'string') return false
  return message.content.some(({ type }) => type === 'file')
}

function documentsOf({ extra }: ChatRequest): readonly Json[] {
  const documents = extra?.['documents'] ?? []
  if (Array.isArray(documents)) return documents
  throw badRequest('`documents` must be a list.', 'documents', 'invalid_value')
}

function passed({ extra = {} }: ChatRequest): Native {
  return Object.fromEntries(PASSED.flatMap((name) => (extra[name] == null ? [] : [[name, extra[name]]])))
}

function format(format: Format | undefined): Native {
  if (format === undefined || format.type === 'text') return {}
  if (format.type === 'json' || !format.schema) return { response_format: { type: 'json_object' } }
  const { schema, description } = format
  const described = description === undefined || 'description' in schema ? schema : { description, ...schema }
  return { response_format: { type: 'json_object', json_schema: described } }
}

function sampling({ request, warn }: Task): Native {
  const { temperature, seed, topK, topP } = request
  const clamp = (param: string, value: number | undefined, least: number, most: number): number | undefined => {
    if (value === undefined) return undefined
    const clamped = Math.min(Math.max(value, least), most)
    if (clamped !== value) warn(param, `clamped to ${clamped}`)
    return clamped
  }
  const frequency = clamp('frequency_penalty', request.frequencyPenalty, 0, 1)
  const presence = clamp('presence_penalty', request.presencePenalty, 0, 1)
  // "cannot specify both frequency_penalty and presence_penalty": https://docs.cohere.com/reference/errors
  const both = Boolean(frequency) && Boolean(presence)
  if (both) warn('presence_penalty', 'unsupported together with frequency_penalty')
  if (seed !== undefined && seed < 0) warn('seed', 'must not be negative')
  return {
    temperature,
    p: clamp('top_p', topP, 0.01, 0.99),
    k: clamp('top_k', topK, 0, 500),
    seed: seed !== undefined && seed >= 0 ? seed : undefined,
    frequency_penalty: frequency || undefined,
    presence_penalty: both ? undefined : presence || undefined,
  }
}

function ending({ maxTokens, stop = [] }: ChatRequest): Native {
  if (stop.length > MOST_STOPS)
    throw badRequest(`At most ${MOST_STOPS} texts may end a reply.`, 'stop', 'invalid_value')
  return { max_tokens: maxTokens, ...(stop.length > 0 && { stop_sequences: stop }) }
}

function likelihood({ logprobs, topLogprobs }: ChatRequest): Native {
  if (topLogprobs)
    throw badRequest('This provider tells no alternatives to a token.', 'top_logprobs', 'unsupported_parameter')
  return { logprobs }
}
