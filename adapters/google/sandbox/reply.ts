/**
 * An answer as the Gemini API tells it, whole and streamed.
 *
 * @see https://ai.google.dev/api/generate-content#v1beta.GenerateContentResponse
 * @module
 */
import type { JsonObject } from '../../../src/canonical.ts'
import { type Act, type Answer, tokens } from '../../../src/sandbox.ts'
import { freshId, type Told, words } from '../../../src/sandbox/stage.ts'
import { parseObject } from '../../../src/wire/json.ts'
import type { SeenRequest } from '../strict.ts'
import { seal } from './rules.ts'

const REASONS: Readonly<Record<Answer['end'], string>> = {
  done: 'STOP',
  calls: 'STOP',
  stop: 'STOP',
  length: 'MAX_TOKENS',
  refusal: 'SAFETY',
  pause: 'STOP',
}

/** Tells an answer. Thoughts are there for the sake of the signature, even where nobody wants to read them. */
export function reply(request: SeenRequest, model: string, answer: Answer): Told {
  const shows = request.generationConfig?.thinkingConfig?.includeThoughts === true
  const signature = answer.thoughts > 0 ? seal(model) : undefined
  const said = answer.acts.filter(({ type }) => type === 'text' || type === 'call' || (type === 'thought' && shows))
  const wholes = signed(said.map(part), signature)
  const pieces = signed(said.flatMap(split), signature)
  const finishReason = REASONS[answer.end]
  const input = inputOf(request)
  const usageMetadata = {
    promptTokenCount: input,
    candidatesTokenCount: answer.output - answer.thoughts,
    totalTokenCount: input + answer.output,
    promptTokensDetails: [{ modality: 'TEXT', tokenCount: input }],
    ...(answer.thoughts > 0 && { thoughtsTokenCount: answer.thoughts }),
  }
  const rest = { usageMetadata, modelVersion: model, responseId: freshId('') }
  const { candidateCount = 1 } = request.generationConfig ?? {}
  const candidate = (parts: readonly JsonObject[], end: JsonObject): JsonObject => ({
    candidates: Array.from({ length: candidateCount }, (_, index) => ({
      ...(parts.length > 0 && { content: { parts, role: 'model' } }),
      ...end,
      index,
    })),
    ...rest,
  })
  return {
    body: candidate(wholes, { finishReason }),
    events: [...pieces.map((piece) => event(candidate([piece], {}))), event(candidate([], { finishReason }))],
  }
}

/** Tells how long a request is. */
export function count(request: SeenRequest): Told {
  const totalTokens = inputOf(request)
  return { body: { totalTokens, promptTokensDetails: [{ modality: 'TEXT', tokenCount: totalTokens }] }, events: [] }
}

function inputOf({ systemInstruction, contents, tools = [] }: SeenRequest): number {
  return tokens(JSON.stringify([systemInstruction ?? '', contents, ...tools]))
}

/** One event of a stream. */
export function event(members: JsonObject): string {
  return `data: ${JSON.stringify(members)}\r\n\r\n`
}

/** The signature stands on the first call, or else on the last word. */
function signed(parts: readonly JsonObject[], thoughtSignature: string | undefined): readonly JsonObject[] {
  const call = parts.findIndex((part) => 'functionCall' in part)
  const bearer = call >= 0 ? call : parts.findLastIndex((part) => part['thought'] === undefined)
  return thoughtSignature === undefined
    ? parts
    : parts.map((part, index) => (index === bearer ? { ...part, thoughtSignature } : part))
}

function part({ type, text, ...act }: Act): JsonObject {
  if ('name' in act) return { functionCall: { name: act.name, args: readable(text) } }
  return { text, ...(type === 'thought' && { thought: true }) }
}

function split(act: Act): readonly JsonObject[] {
  return act.type === 'call' ? [part(act)] : words(act.text).map((text) => part({ ...act, text }))
}

/** Arguments, or as many of them as are complete where they were cut. */
function readable(json: string): JsonObject {
  const commas = [...json.matchAll(/,/gu)].map(({ index }) => `${json.slice(0, index)}}`)
  return [json, ...commas.toReversed()].map(parseObject).find((input) => input !== undefined) ?? {}
}
