/**
 * The law of OpenAI's own adapter: what a client asked is what is sent, up to words that OpenAI has two of.
 *
 * @module
 */
import { isMembers, list, members, type Members } from './reading.ts'

/** A recorded request in the words the adapter uses: newer names for older ones, one spelling where there are two. */
export function restated(request: Members): Members {
  const {
    functions,
    function_call,
    max_tokens,
    max_completion_tokens,
    stream,
    stream_options,
    stop,
    messages,
    tools,
    reasoning: _,
    // Models that may answer in place of the first are for the gateway to ask.
    models: __,
    ...rest
  } = request
  const limit = max_completion_tokens ?? max_tokens
  return withoutNulls({
    ...rest,
    ...reasoning(request),
    ...(list(tools).length > 0 && { tools }),
    messages: list(messages).map((message) => said(members(message))),
    ...(limit != null && { max_completion_tokens: limit }),
    ...(functions != null && {
      tools: list(functions).map((fn) => ({ type: 'function', function: fn })),
      parallel_tool_calls: false,
      ...(function_call != null && {
        tool_choice: isMembers(function_call) ? { type: 'function', function: function_call } : function_call,
      }),
    }),
    ...(stop != null && { stop: typeof stop === 'string' ? [stop] : stop }),
    // The gateway counts every reply, whether or not the client asks for the count.
    ...(stream === true && { stream, stream_options: { ...members(stream_options), include_usage: true } }),
  })
}

/** How much to think may be asked in OpenRouter's words: https://openrouter.ai/docs/use-cases/reasoning-tokens */
function reasoning({ reasoning, reasoning_effort }: Members): Members {
  const { effort, enabled, exclude: _, ...further } = members(reasoning)
  const meant = enabled === true ? 'medium' : enabled === false ? 'none' : undefined
  return {
    reasoning_effort: reasoning_effort ?? effort ?? meant,
    ...(Object.keys(further).length > 0 && { reasoning: further }),
  }
}

/** An assistant's one part of text is the same as the text. Thoughts have no place in OpenAI's messages, and empty lists say nothing. */
function said({ reasoning: _, reasoning_content: __, reasoning_details: ___, ...message }: Members): Members {
  const { role, content } = message
  const [only, ...others] = list(content).map(members)
  const plain =
    role === 'assistant' && only?.['type'] === 'text' && others.length === 0 && Object.keys(only).length === 2
  const told = plain ? { ...message, content: only['text'] } : message
  return Object.fromEntries(Object.entries(told).filter(([name, value]) => !LISTS.has(name) || list(value).length > 0))
}

/** Lists that say nothing where they are empty. */
const LISTS = new Set(['tool_calls', 'annotations'])

/** Members whose `null` is the client's own word, not an absence. */
const FREE = new Set(['parameters', 'schema', 'metadata'])

function withoutNulls(value: Members): Members {
  const kept = Object.entries(value).filter(([, member]) => member != null)
  return Object.fromEntries(kept.map(([name, member]) => [name, FREE.has(name) ? member : deep(member)]))
}

function deep(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(deep)
  return isMembers(value) ? withoutNulls(value) : value
}
