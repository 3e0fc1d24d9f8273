/**
 * Claude on Vertex AI: the Messages API in an envelope of Google's. The model stands in the path, the version in the body.
 *
 * @see https://platform.claude.com/docs/en/build-with-claude/claude-on-vertex-ai
 * @module
 */
import { at, type ChatCodec, type Warn } from '../../src/adapter.ts'
import { type ChatRequest, type Message, parts } from '../../src/canonical.ts'
import { badRequest } from '../../src/errors.ts'
import { isObject } from '../../src/wire/json.ts'
import { amend } from '../anthropic/amend.ts'
import { count, countable } from '../anthropic/count.ts'
import { FORMAT } from '../anthropic/native.ts'
import { decode, frames, quick, words } from '../anthropic/reply.ts'
import { encode, type Settings } from '../anthropic/request.ts'
import { body, frame, type WireErrorBody, type WireFrame, type WireMessage } from '../anthropic/wire.ts'
import { methodPath, type Place } from './address.ts'
import { withOwn } from './extensions.ts'

/** The version of the Messages API, as Vertex AI calls it. */
export const VERSION = 'vertex-2023-10-16'

/** Extension members that Claude understands here: no containers, no MCP servers, no file store. */
export const extensions: readonly string[] = ['anthropic_beta', 'context_management', 'output_config', 'thinking']

/** Whether a name is one of Claude's, with or without its publisher. */
export function isClaude(model: string): boolean {
  return /(?:^|\/)claude-[^/]*$/u.test(model)
}

/** Claude, in the words of a place. */
export function claude(place: Place, settings: Settings): ChatCodec<WireMessage | WireErrorBody, WireFrame> {
  return {
    framing: 'sse',
    format: FORMAT,
    body,
    frame,
    // Only the provider's own API reads addresses.
    takes: () => false,
    encode: (request, warn) => wrap(request, place, settings, warn),
    frames,
    decode,
    quick,
    words,
    amend,
    count: {
      ...count,
      // The model moves back into the body: https://cloud.google.com/vertex-ai/generative-ai/docs/partner-models/claude/count-tokens
      encode: (call, model, warn) => ({
        ...call,
        path: methodPath('v1', place, 'anthropic', 'count-tokens', 'rawPredict'),
        body: { anthropic_version: VERSION, model: model.split('/').at(-1), ...countable(call.body, warn) },
      }),
    },
  }
}

function wrap(request: ChatRequest, place: Place, settings: Settings, warn: Warn): ReturnType<ChatCodec['encode']> {
  if (place.project === undefined)
    throw badRequest(
      'A key of express mode reaches no Claude models: configure a project.',
      'model',
      'unsupported_model',
    )
  for (const message of request.messages) refuseFiles(message, request)
  const { body: said, ...call } = encode(withOwn(request, extensions, warn), settings, warn)
  const { model: _, ...rest } = isObject(said) ? said : {}
  const method = rest['stream'] === true ? 'streamRawPredict' : 'rawPredict'
  return {
    ...call,
    path: methodPath('v1', place, 'anthropic', request.model, method),
    body: { anthropic_version: VERSION, ...rest },
  }
}

/** Pictures and documents come as bytes: addresses were fetched before, and there is no file store. */
function refuseFiles(message: Message, request: ChatRequest): void {
  if (message.role === 'assistant') return
  for (const [index, part] of parts(message.content).entries()) {
    if (!('source' in part) || part.source.type === 'data') continue
    const place = `${at(request, message)}.content[${index}].${part.type === 'image' ? 'image_url' : 'file'}`
    throw badRequest('Claude on Vertex AI takes only bytes: send a data URL.', place, 'unsupported_content_part')
  }
}
