/**
 * What the emulated models refuse, in the words of the real ones.
 *
 * @see https://platform.claude.com/docs/en/api/errors
 * @module
 */
import { sniffBase64 } from '../../../src/wire/sniff.ts'
import type { ClaudeFact } from '../models.ts'
import { sha256 } from '../../../src/wire/digest.ts'
import { type Asked, pausedAt, thinks } from './request.ts'

/** The first version of the API without sampling parameters. */
const NO_SAMPLING_SINCE = '2026-10-21'

/** Everything about a well-formed request that the model refuses. */
export function* refusals(request: Asked, fact: ClaudeFact, version: string): Iterable<string> {
  yield* sampling(request, fact, version)
  yield* thinking(request, fact)
  yield* effort(request, fact)
  const { max_tokens, tool_choice, messages, model } = request
  if (max_tokens > fact.output) {
    yield `max_tokens: ${max_tokens} > ${fact.output}, which is the maximum allowed number of output tokens for ${model}`
  }
  if (!fact.forcedTools && (tool_choice?.type === 'any' || tool_choice?.type === 'tool')) {
    yield 'tool_choice: type "tool" and "any" are not supported for this model.'
  }
  if (messages.at(-1)?.role === 'assistant' && !pausedAt(request) && (!fact.prefill || thinks(request, fact))) {
    yield 'This model does not support assistant message prefill. The conversation must end with a user message.'
  }
  if (!fact.inlineSystem && messages.some(({ role }) => role === 'system'))
    yield "messages: role 'system' is not supported on this model"
  yield* media(request)
  yield* thoughts(request)
}

function* sampling(request: Asked, { supports }: ClaudeFact, version: string): Iterable<string> {
  const names = (['temperature', 'top_p', 'top_k'] as const).filter((name) => request[name] !== undefined)
  for (const name of names) {
    if (version >= NO_SAMPLING_SINCE) yield `${name}: Extra inputs are not permitted`
    else if (supports?.temperature === false) yield `\`${name}\` is deprecated for this model.`
  }
  if (request.temperature !== undefined && request.top_p !== undefined) {
    yield '`temperature` and `top_p` cannot both be specified for this model. Please use only one.'
  }
}

function* thinking({ thinking }: Asked, fact: ClaudeFact): Iterable<string> {
  const known: readonly string[] = fact.thinking
  if (!thinking || known.includes(thinking.type)) return
  // Models that never think take being told not to.
  if (thinking.type === 'disabled' && known.length === 0) return
  const advice = 'Use "thinking.type.adaptive" and "output_config.effort" to control thinking behavior.'
  const refused = `"thinking.type.${thinking.type}" is not supported for this model.`
  if (thinking.type === 'adaptive') yield 'adaptive thinking is not supported on this model'
  else yield thinking.type === 'enabled' ? `${refused} ${advice}` : refused
}

function* effort({ output_config: { effort } }: Asked, { efforts }: ClaudeFact): Iterable<string> {
  if (effort == null || efforts.includes(effort)) return
  yield efforts.length === 0
    ? 'This model does not support the effort parameter.'
    : `This model does not support effort level '${effort}'. Supported levels: ${efforts.toSorted().join(', ')}.`
}

/** The first bytes must be those of the type that is said. */
function* media({ messages }: Asked): Iterable<string> {
  for (const [index, { content }] of messages.entries()) {
    for (const [place, { type, source }] of content.entries()) {
      if (source?.data === undefined || source.media_type === 'text/plain') continue
      const path = `messages.${index}.content.${place}.${type}.source.base64`
      const found = sniffBase64(source.data)
      if (found === undefined) yield `${path}: Could not process ${type}`
      else if (found !== source.media_type) {
        yield `${path}: The ${type} was specified using the ${source.media_type} media type, but the ${type} appears to be a ${found} ${type}`
      }
    }
  }
}

/** Thoughts come back as they were; and where a budget is given, calls are answered with the thoughts that led to them. */
function* thoughts({ messages, thinking }: Asked): Iterable<string> {
  for (const [index, { content }] of messages.entries()) {
    const forged = content.findIndex((block) => block.type === 'thinking' && !isSigned(block.signature, block.thinking))
    if (forged >= 0) yield `messages.${index}.content.${forged}: Invalid \`signature\` in \`thinking\` block`
  }
  const calling = messages.findLastIndex(({ role }) => role === 'assistant')
  const [first] = messages[calling]?.content ?? []
  const isLoop = thinking?.type === 'enabled' && messages.at(-1)?.content.some(({ type }) => type === 'tool_result')
  if (isLoop && first && first.type !== 'thinking' && first.type !== 'redacted_thinking') {
    yield `messages.${calling}.content.0.type: Expected \`thinking\` or \`redacted_thinking\`, but found \`${first.type}\`. When \`thinking\` is enabled, a final \`assistant\` message must start with a thinking block.`
  }
}

/** Signs a thought. Like the real signature, it holds for the thought even where the text was left out. */
export function sign(model: string, thought: string): string {
  const said = `${model}/${sha256(thought)}`
  return btoa(`sandbox/${said}/${sha256(`sandbox/${said}`)}`)
}

function isSigned(signature: string, thought: string): boolean {
  const [, said = '', seal] = /^(sandbox\/.*)\/(\w+)$/u.exec(decoded(signature)) ?? []
  return seal === sha256(said) && (thought === '' || said.endsWith(`/${sha256(thought)}`))
}

function decoded(base64: string): string {
  try {
    return atob(base64)
  } catch {
    return ''
  }
}
