/**
 * Proves, when it is type-checked, that whatever Google's own types let the provider send is something we read, and that
 * the strict schema knows every member of a request.
 *
 * @module
 */
import type {
  Candidate,
  FunctionDeclaration,
  GenerateContentConfig,
  GenerateContentResponse,
  GenerationConfig,
  Part,
  SafetySetting,
  Tool,
} from '@google/genai'
import type { EnhancedGenerateContentResponse } from '@google/generative-ai'
import type { z } from 'zod'
import type { body } from '../../adapters/google/wire.ts'
import type { generateRequest } from '../../adapters/google/strict.ts'
import type { part, tool } from '../../adapters/google/strict-parts.ts'
import type { Json } from '../../src/canonical.ts'

/** A type of the SDK as JSON: enumerations as their words, interfaces as plain objects, `unknown` as any JSON. */
type Plain<T> = unknown extends T
  ? Json
  : T extends string
    ? `${T}`
    : T extends readonly (infer Item)[]
      ? Plain<Item>[]
      : T extends (...given: never) => unknown
        ? never
        : T extends object
          ? { [K in keyof T]: Plain<T[K]> }
          : T

/** An error unless everything of the first type is something of the second. */
type Reads<Told, _Read extends Told> = never

type Body = Exclude<z.input<typeof body>, readonly unknown[]>
type Response = Extract<Body, { candidates?: unknown }>
type WireCandidate = NonNullable<Response['candidates']>[number]
type WirePart = NonNullable<NonNullable<WireCandidate['content']>['parts']>[number]
type Request = z.output<typeof generateRequest>
type Config = NonNullable<Request['generationConfig']>
type Declaration = NonNullable<z.output<typeof tool>['functionDeclarations']>[number]

export type Proofs = [
  Reads<Response['usageMetadata'], Plain<GenerateContentResponse['usageMetadata']>>,
  Reads<Response['promptFeedback'], Plain<GenerateContentResponse['promptFeedback']>>,
  Reads<WireCandidate['groundingMetadata'], Plain<Candidate['groundingMetadata']>>,
  Reads<WireCandidate['citationMetadata'], Plain<Candidate['citationMetadata']>>,
  Reads<WireCandidate['logprobsResult'], Plain<Candidate['logprobsResult']>>,
  Reads<WirePart['functionCall'], Plain<Part['functionCall']>>,
  Reads<WirePart['inlineData'], Plain<{ mimeType?: string; data: string }>>,
  Reads<Response['usageMetadata'], Plain<EnhancedGenerateContentResponse['usageMetadata']>>,
  // What we send is something the SDK's types allow.
  Reads<keyof GenerationConfig | keyof GenerateContentConfig, keyof Config>,
  Reads<keyof Part, keyof z.output<typeof part>>,
  Reads<keyof Tool, keyof z.output<typeof tool>>,
  Reads<keyof FunctionDeclaration, keyof Declaration>,
  Reads<keyof SafetySetting, keyof NonNullable<Request['safetySettings']>[number]>,
]
