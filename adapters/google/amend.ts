/**
 * Mending requests the provider refused: facts about places and conversations that only its 400s tell.
 *
 * @module
 */
import type { Amendment } from '../../src/adapter.ts'
import type { Block, ChatRequest, Failure, Message } from '../../src/canonical.ts'
import { isObject } from '../../src/wire/json.ts'
import { toOpenApi } from '../../src/wire/schema.ts'
import { PLACEHOLDER } from './model-turn.ts'
import { SLOT } from './native.ts'

/** Finds the amendment for a refusal, if it is one of those that are known. */
export function amend(_request: ChatRequest, { message }: Failure): Amendment | undefined {
  return REFUSALS.find(({ pattern }) => pattern.test(message))?.amendment
}

interface Refusal {
  readonly pattern: RegExp
  readonly amendment: Amendment
}

/** What the provider says, as recordings and bug reports quote it, and what helps. */
const REFUSALS: readonly Refusal[] = [
  {
    pattern: /thought.?signature/iu,
    amendment: {
      param: 'messages',
      reason: 'thought signatures were refused and are skipped',
      lasting: false,
      apply: (request) => ({ ...request, messages: request.messages.map(unsigned) }),
    },
  },
  {
    pattern: /Unknown name "id"/u,
    amendment: {
      param: 'tool_calls',
      reason: 'sent without ids, which are unknown there',
      lasting: true,
      apply: (request) => withExtension(request, { function_ids: 'none' }),
    },
  },
  {
    pattern: /Requests ending with a model turn are not supported|single turn requests end with a user role/u,
    amendment: {
      param: 'messages',
      reason: 'this model does not go on from an assistant message, it is asked to continue',
      lasting: true,
      apply: goOn,
    },
  },
  {
    pattern: /Thinking level .* is not supported|[Tt]hinking is not supported|does not support thinking/u,
    amendment: {
      param: 'reasoning_effort',
      reason: 'unsupported by this model',
      lasting: true,
      apply: ({ reasoning: _, ...request }) => request,
    },
  },
  {
    pattern: /Penalty is not enabled/u,
    amendment: {
      param: 'presence_penalty',
      reason: 'unsupported by this model',
      lasting: true,
      apply: ({ presencePenalty: _, frequencyPenalty: __, ...request }) => request,
    },
  },
  {
    pattern:
      /schema.*(?:too complex|too many states|nesting depth)|should be non-empty for OBJECT type|Unknown name "[^"]*" at '[^']*(?:parameters|schema)/isu,
    amendment: {
      param: 'tools',
      reason: 'schemas were refused and are sent in simpler words',
      lasting: false,
      apply: simplified,
    },
  },
]

/** A message whose first call has the placeholder for a signature, and that has no other. */
function unsigned(message: Message): Message {
  if (message.role !== 'assistant') return message
  const first = message.blocks.find(({ type }) => type === 'tool')
  const blocks = message.blocks
    .filter(({ type }) => type !== 'reasoning')
    .map((block): Block => {
      if (block.type !== 'tool') return block
      const { extra: _, ...rest } = block
      return block === first ? { ...rest, extra: { [SLOT]: { thought_signature: PLACEHOLDER } } } : rest
    })
  return { ...message, blocks }
}

function withExtension(request: ChatRequest, members: Readonly<Record<string, string>>): ChatRequest {
  const { google, extra_body: body, ...extra } = request.extra ?? {}
  const nested = isObject(body) ? body['google'] : undefined
  const told = isObject(google) ? google : isObject(nested) ? nested : {}
  return { ...request, extra: { ...extra, google: { ...told, ...members } } }
}

function goOn(request: ChatRequest): ChatRequest {
  if (request.messages.at(-1)?.role !== 'assistant') return request
  return { ...request, messages: [...request.messages, { role: 'user', content: ' ' }] }
}

/** The dialect of OpenAPI is JSON Schema as well, and the smaller one. */
function simplified(request: ChatRequest): ChatRequest {
  const { tools, format } = request
  return {
    ...request,
    ...(tools && {
      tools: tools.map((tool) => (tool.parameters ? { ...tool, parameters: toOpenApi(tool.parameters) } : tool)),
    }),
    ...(format?.type === 'schema' && format.schema && { format: { ...format, schema: toOpenApi(format.schema) } }),
  }
}
