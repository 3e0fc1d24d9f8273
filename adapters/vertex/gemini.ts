/**
 * Gemini on Vertex AI: the words of the Gemini API, at paths of a project, with a few ways of its own.
 *
 * @see https://cloud.google.com/vertex-ai/generative-ai/docs/model-reference/inference
 * @module
 */
import type { ChatCodec, CountCodec } from '../../src/adapter.ts'
import { isObject } from '../../src/wire/json.ts'
import { geminiCodec } from '../google/codec.ts'
import { counter } from '../google/count.ts'
import { extensions } from '../google/extension.ts'
import type { GeminiPlace } from '../google/native.ts'
import { typeByName } from '../google/parts.ts'
import type { WireBody, WireFrame } from '../google/wire.ts'
import { methodPath, type Place } from './address.ts'
import { withOwn } from './extensions.ts'
import { gemini } from './models.ts'

/** The version of the API, as `@google/genai` has it. */
const VERSION = 'v1beta1'

/** Gemini, in the words of a place. */
export function geminiOn(place: Place): ChatCodec<WireBody, WireFrame> {
  const codec = geminiCodec(served(place), countOn(place))
  return { ...codec, encode: (request, warn) => codec.encode(withOwn(request, extensions, warn), warn) }
}

/** Members that are counted. @see https://cloud.google.com/vertex-ai/docs/reference/rest/v1beta1/projects.locations.publishers.models/countTokens */
const COUNTED: ReadonlySet<string> = new Set(['contents', 'systemInstruction', 'tools', 'generationConfig'])

/** Members that the model is told of in some way, and the client's names of them. */
const UNCOUNTED = { toolConfig: 'tool_choice', cachedContent: 'google.cached_content' }

function countOn(place: Place): CountCodec {
  return counter((call, model, warn) => {
    const said = isObject(call.body) ? call.body : {}
    for (const [member, param] of Object.entries(UNCOUNTED)) if (member in said) warn(param, 'not counted')
    const body = Object.fromEntries(Object.entries(said).filter(([member]) => COUNTED.has(member)))
    return { ...call, path: methodPath(VERSION, place, 'google', model, 'countTokens'), body }
  })
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
  return protocol === 'https:' && typeByName(pathname) !== undefined
}

/** @see https://cloud.google.com/vertex-ai/generative-ai/docs/standard-paygo and its pages on Flex and Priority */
const TIERS: ReadonlyMap<string, { readonly headers?: Readonly<Record<string, string>> }> = new Map([
  ['flex', { headers: { 'x-vertex-ai-llm-shared-request-type': 'flex' } }],
  ['priority', { headers: { 'x-vertex-ai-llm-shared-request-type': 'priority' } }],
  ['scale', { headers: { 'x-vertex-ai-llm-request-type': 'dedicated' } }],
])
