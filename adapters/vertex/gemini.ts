/**
 * Gemini on Vertex AI: the words of the Gemini API, at paths of a project, with a few ways of its own.
 *
 * @see https://cloud.google.com/vertex-ai/generative-ai/docs/model-reference/inference
 * @module
 */
import type { ChatCodec } from '../../src/adapter.ts'
import { geminiCodec } from '../google/codec.ts'
import { extensions } from '../google/extension.ts'
import type { GeminiPlace } from '../google/native.ts'
import type { WireBody, WireFrame } from '../google/wire.ts'
import { methodPath, type Place } from './address.ts'
import { withOwn } from './extensions.ts'
import { gemini } from './models.ts'

/** The version of the API, as `@google/genai` has it. */
const VERSION = 'v1beta1'

/** Gemini, in the words of a place. */
export function geminiOn(place: Place): ChatCodec<WireBody, WireFrame> {
  const codec = geminiCodec(served(place))
  return { ...codec, encode: (request, warn) => codec.encode(withOwn(request, extensions, warn), warn) }
}

/** Vertex AI, as a place that serves Gemini. */
function served(place: Place): GeminiPlace {
  return {
    path: (model, stream) =>
      stream
        ? `${methodPath(VERSION, place, 'google', model, 'streamGenerateContent')}?alt=sse`
        : methodPath(VERSION, place, 'google', model, 'generateContent'),
    knownOf: gemini.knownOf,
    reads,
    fileUri: (id) => (id.startsWith('gs://') ? id : undefined),
    tier: (name) => TIERS.get(name),
    functionIds: true,
    refuses: [],
  }
}

/** Objects of Cloud Storage, videos of YouTube, and files on the web whose name says what they are: that must be told. */
function reads({ protocol, hostname, pathname }: URL): boolean {
  if (protocol === 'gs:' || /(?:^|\.)(?:youtube\.com|youtu\.be)$/u.test(hostname)) return true
  return protocol === 'https:' && /\.\w{2,4}$/u.test(pathname)
}

/** @see https://cloud.google.com/vertex-ai/generative-ai/docs/standard-paygo and its pages on Flex and Priority */
const TIERS: ReadonlyMap<string, { readonly headers?: Readonly<Record<string, string>> }> = new Map([
  ['flex', { headers: { 'x-vertex-ai-llm-shared-request-type': 'flex' } }],
  ['priority', { headers: { 'x-vertex-ai-llm-shared-request-type': 'priority' } }],
  ['scale', { headers: { 'x-vertex-ai-llm-request-type': 'dedicated' } }],
])
