/**
 * Mending requests the provider refused: facts about models and conversations that only its 400s tell.
 *
 * @see https://platform.claude.com/docs/en/api/errors
 * @module
 */
import type { Amendment } from '../../src/adapter.ts'
import {
  parts,
  type ChatRequest,
  type Failure,
  type JsonObject,
  type Message,
  type ToolChoice,
} from '../../src/canonical.ts'
import { askFor, relayed } from '../../src/emulate.ts'
import { isObject, stringify } from '../../src/wire/json.ts'
import { toolName } from './names.ts'
import { CONTINUE } from './request.ts'
import { LEVELS } from './thinking.ts'

/** Finds the amendment for a refusal, if it is one of those that are known. */
export function amend(_request: ChatRequest, { message }: Failure): Amendment | undefined {
  for (const { pattern, mend } of REFUSALS) {
    const match = pattern.exec(message)
    if (match) return mend(match)
  }
  return undefined
}

interface Refusal {
  readonly pattern: RegExp
  mend(match: RegExpExecArray): Amendment
}

/** What the provider says, as its errors page, recordings and bug reports quote it, and what helps. */
const REFUSALS: readonly Refusal[] = [
  {
    pattern: /`(temperature|top_p|top_k)` is deprecated for this model/u,
    mend: ([, param = '']) => lasting(param, 'unsupported by this model', (request) => without(request, FIELDS[param])),
  },
  {
    pattern: /`temperature` and `top_p` cannot both be specified/u,
    mend: () =>
      lasting('top_p', 'unsupported together with temperature', (request) =>
        request.temperature === undefined ? request : without(request, 'topP'),
      ),
  },
  {
    pattern: /thinking\.type\.enabled.*not supported/su,
    mend: () =>
      lasting('thinking', 'sent as adaptive', (request) =>
        rethink(request, 'enabled', { type: 'adaptive', display: 'summarized' }),
      ),
  },
  {
    pattern: /adaptive thinking is not supported/iu,
    mend: () =>
      lasting('thinking', 'sent as a budget', (request) =>
        rethink(request, 'adaptive', { type: 'enabled', budget_tokens: 1024 }),
      ),
  },
  {
    pattern: /thinking\.type\.disabled.*not supported/su,
    mend: () => lasting('thinking', 'this model always thinks', (request) => rethink(request, 'disabled', undefined)),
  },
  {
    pattern: /does not support effort level '(\w+)'\. Supported levels: ([\w, ]+)/u,
    mend: ([, level = '', levels = '']) =>
      lasting('reasoning_effort', `${level} is unsupported by this model`, (request) => lower(request, level, levels)),
  },
  {
    pattern: /does not support the effort parameter/u,
    mend: () => lasting('reasoning_effort', 'unsupported by this model', (request) => without(request, 'reasoning')),
  },
  {
    pattern: /tool_choice: type "tool" and "any" are not supported/u,
    mend: () => lasting('tool_choice', 'this model cannot be forced, asked for in words', soften),
  },
  {
    pattern: /does not support assistant message prefill/u,
    mend: () =>
      lasting('messages', 'this model does not go on from an assistant message, it is asked to continue', goOn),
  },
  {
    pattern: /role 'system' is not supported on this model/u,
    mend: () => lasting('messages', 'instructions inside the conversation are passed on by the user', passOn),
  },
  {
    pattern: /Invalid `signature`|blocks in the latest assistant message cannot be modified|Expected `thinking`/u,
    mend: () => once('messages', 'earlier thoughts were refused and left out', forget),
  },
  {
    pattern: /Schema is too complex|optional parameters|union types/iu,
    mend: () => once('response_format', 'the schema cannot be enforced, the answer is asked for in its form', emulate),
  },
  {
    pattern: /A maximum of 4 blocks with cache_control|must not come after a ttl/u,
    mend: () =>
      once('cache_control', 'no breakpoints were placed', (request) => ({
        ...request,
        cache: { ...request.cache, mode: 'explicit' },
      })),
  },
]

const FIELDS: Readonly<Record<string, keyof ChatRequest>> = { temperature: 'temperature', top_p: 'topP', top_k: 'topK' }

function lasting(param: string, reason: string, apply: Amendment['apply']): Amendment {
  return { param, reason, lasting: true, apply }
}

function once(param: string, reason: string, apply: Amendment['apply']): Amendment {
  return { param, reason, lasting: false, apply }
}

function without(request: ChatRequest, field: keyof ChatRequest | undefined): ChatRequest {
  if (field === undefined || request[field] === undefined) return request
  const { [field]: _, ...rest } = request
  // What is left of a request without one of its optional members is a request.
  return rest as ChatRequest
}

/** Changes how a request asks to think, where it would be said as the refused type. */
function rethink(request: ChatRequest, refused: string, thinking: JsonObject | undefined): ChatRequest {
  const { extra, reasoning, ...rest } = request
  const asked = extra?.['thinking']
  const asksForNone = reasoning?.effort === 'none'
  const isAffected = isObject(asked)
    ? asked['type'] === refused
    : reasoning !== undefined && asksForNone === (refused === 'disabled')
  if (!isAffected) return request
  const { thinking: _, ...others } = extra ?? {}
  const budget = Number(thinking?.['budget_tokens'] ?? 0)
  const fits = request.maxTokens === undefined || request.maxTokens > budget
  return {
    ...rest,
    // A model that thinks within a budget has no level of effort, and "none" is none.
    ...(reasoning && thinking?.['type'] === 'adaptive' && { reasoning }),
    extra: { ...others, ...(thinking && fits && { thinking }) },
  }
}

/** Replaces a level of effort by the nearest lower one that the model has. */
function lower(request: ChatRequest, refused: string, listed: string): ChatRequest {
  const levels = LEVELS.filter((level) => listed.split(/,\s*/u).includes(level))
  const effort = levels.findLast((level) => LEVELS.indexOf(level) < LEVELS.indexOf(refused)) ?? levels[0]
  const config = request.extra?.['output_config']
  const isVerbatim = isObject(config) && config['effort'] === refused
  if (effort === undefined || (request.reasoning?.effort !== refused && !isVerbatim)) return request
  return {
    ...request,
    ...(request.reasoning && { reasoning: { ...request.reasoning, effort } }),
    ...(isVerbatim && { extra: { ...request.extra, output_config: { ...config, effort } } }),
  }
}

/** Asks in words for the call that cannot be forced. */
function soften(request: ChatRequest): ChatRequest {
  const { toolChoice, directives = [] } = request
  if (toolChoice === undefined || toolChoice.type === 'auto' || toolChoice.type === 'none') return request
  if (toolChoice.type === 'allowed' && toolChoice.mode === 'auto') return request
  const choice: ToolChoice = toolChoice.type === 'allowed' ? { ...toolChoice, mode: 'auto' } : { type: 'auto' }
  return { ...request, toolChoice: choice, directives: [...directives, askFor(toolChoice, toolName)] }
}

function goOn(request: ChatRequest): ChatRequest {
  if (request.messages.at(-1)?.role !== 'assistant') return request
  return { ...request, messages: [...request.messages, { role: 'user', content: CONTINUE }] }
}

/** Has the user pass on the instructions inside the conversation, after the results of tools that are due. */
function passOn(request: ChatRequest): ChatRequest {
  const messages: Message[] = []
  const waiting: Message[] = []
  for (const message of request.messages) {
    const isInstruction = message.role === 'system' || message.role === 'developer'
    if (isInstruction && messages.some(({ role }) => role !== 'system' && role !== 'developer')) {
      const told = parts(message.content).map((part) =>
        part.type === 'text' ? { ...part, text: relayed(part.text) } : part,
      )
      waiting.push({ role: 'user', content: told })
      continue
    }
    if (message.role !== 'tool') messages.push(...waiting.splice(0))
    messages.push(message)
  }
  messages.push(...waiting)
  const isSame = messages.every((message, index) => message === request.messages[index])
  return isSame ? request : { ...request, messages }
}

/** Leaves out all thoughts: some of them may go only with all of them. */
function forget(request: ChatRequest): ChatRequest {
  const messages = request.messages.map((message) =>
    message.role === 'assistant'
      ? { ...message, blocks: message.blocks.filter(({ type }) => type !== 'reasoning') }
      : message,
  )
  return { ...request, messages }
}

/** Asks in words for the form that the provider found too complex, of the answer and of the arguments of tools. */
function emulate(request: ChatRequest): ChatRequest {
  const { format, tools, directives = [] } = request
  const schema = format?.type === 'schema' ? format.schema : undefined
  return {
    ...request,
    ...(tools && { tools: tools.map(({ strict: _, ...tool }) => tool) }),
    ...(schema && {
      format: { type: 'json' },
      directives: [...directives, `The answer must match this JSON Schema: ${stringify(schema)}`],
    }),
  }
}
