/**
 * Why a reply ended.
 *
 * @see https://ai.google.dev/api/generate-content#FinishReason
 * @module
 */
import type { FinishReason } from '../../src/canonical.ts'
import type { Reply } from '../../src/reply.ts'

/** Reasons that are ordinary endings. */
const ENDINGS: ReadonlyMap<string, FinishReason> = new Map([
  ['STOP', 'stop'],
  ['MAX_TOKENS', 'length'],
  ['CONTINUATION', 'length'],
])

/** Reasons that are a refusal, whatever was said before. */
const REFUSALS: ReadonlySet<string> = new Set([
  'SAFETY',
  'RECITATION',
  'BLOCKLIST',
  'PROHIBITED_CONTENT',
  'SPII',
  'LANGUAGE',
  'IMAGE_SAFETY',
  'IMAGE_PROHIBITED_CONTENT',
  'IMAGE_RECITATION',
  'MODEL_ARMOR',
])

/** Reasons that mean that it broke, and the code of the error where nothing was said before. */
const BREAKS: ReadonlyMap<string, string> = new Map([
  ['NO_IMAGE', 'upstream_no_image'],
  ['IMAGE_OTHER', 'upstream_no_image'],
  ['OTHER', 'upstream_empty_response'],
  ['FINISH_REASON_UNSPECIFIED', 'upstream_empty_response'],
  ['MALFORMED_FUNCTION_CALL', 'upstream_malformed_function_call'],
  ['MALFORMED_RESPONSE', 'upstream_malformed_response'],
  ['UNEXPECTED_TOOL_CALL', 'upstream_unexpected_tool_call'],
  ['TOO_MANY_TOOL_CALLS', 'upstream_unexpected_tool_call'],
])

/** Notes why the current choice ends. A model that stops for the sake of calls says so just as if it had said all. */
export function finish(reply: Reply, raw: string, message: string | undefined, hasSpoken: boolean): void {
  const reason = ENDINGS.get(raw)
  if (reason) {
    // OpenAI's clients expect words where there are no calls, be there none.
    if (!hasSpoken) reply.text('')
    reply.finish(reason, { raw })
  } else if (REFUSALS.has(raw)) {
    if (!hasSpoken) reply.refusal(message ?? `The reply was blocked by the provider (${raw}).`)
    reply.finish('content_filter', { raw })
  } else if (raw === 'MISSING_THOUGHT_SIGNATURE') {
    const words = 'A call in the history came without its thought signature.'
    reply.fail({ status: 400, type: 'invalid_request_error', code: null, param: 'messages', message: message ?? words })
  } else if (hasSpoken) {
    reply.warn('finish_reason', BREAKS.has(raw) ? raw : `unknown: ${raw}`)
    reply.finish('stop', { raw })
  } else {
    const said = message ? ` ${message}` : ''
    const code = BREAKS.get(raw) ?? 'upstream_empty_response'
    reply.fail({ status: 502, code, message: `The provider ended without a reply (${raw}).${said}` })
  }
}
