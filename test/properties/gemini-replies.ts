/**
 * Replies of Gemini, made up by fast-check.
 *
 * @module
 */
import * as fc from 'fast-check'
import type { JsonObject } from '../../src/canonical.ts'
import { isObject } from '../../src/wire/json.ts'
import { calls, halves, type Mouth, sealed, words } from './mouth.ts'
import type { Native } from './rig.ts'

/** A part, and the pieces a stream tells it in. */
interface Part {
  readonly whole: JsonObject
  readonly pieces: readonly JsonObject[]
}

/** Runs of words, each ended by its signature: two without one would be one. */
const spoken = fc
  .record({ said: fc.array(fc.record({ text: words, signature: sealed }), { maxLength: 2 }), last: fc.option(words) })
  .map(({ said, last }) => [
    ...said.map(({ text, signature }) => running(text, { thoughtSignature: signature })),
    ...(last === null ? [] : [running(last)]),
  ])
const thought = fc
  .record({ text: words, signature: fc.option(sealed) })
  .map(({ text, signature }) => running(text, { thought: true, ...signed(signature) }))
const picture = fc
  .record({ data: sealed, signature: fc.option(sealed) })
  .map(({ data, signature }) => once({ inlineData: { mimeType: 'image/png', data }, ...signed(signature) }))
const ran = fc.constant([
  once({ executableCode: { language: 'PYTHON', code: '1+1' }, thoughtSignature: 'cnVu' }),
  once({ codeExecutionResult: { outcome: 'OUTCOME_OK', output: '2' } }),
])
const seal = sealed.map((thoughtSignature) => once({ text: '', thoughtSignature }))

/** What a model says: thoughts, what its provider's tools did, words, a picture, calls of which the first is signed, and a last signature. */
const contents = fc
  .record({
    thought: fc.option(thought),
    ran: fc.option(ran),
    spoken,
    picture: fc.option(picture),
    calls: fc.tuple(calls, sealed),
    seal: fc.option(seal),
  })
  .filter(({ spoken, calls: [calls] }) => spoken.length + calls.length > 0)
  .map(({ thought, ran, spoken, picture, calls: [calls, thoughtSignature], seal }) => [
    ...(thought ? [thought] : []),
    ...(ran ?? []),
    ...spoken,
    ...(picture ? [picture] : []),
    ...calls.map(({ name, input }, index) =>
      once({
        functionCall: { id: `call-${index}`, name, args: input },
        ...(index === 0 && { thoughtSignature }),
      }),
    ),
    ...(seal ? [seal] : []),
  ])

/** What Gemini may reply, wherever it is served. */
export function geminiReplies(model: string): Mouth {
  return {
    model,
    replies: contents.map((parts) => geminiReply(model, parts, 'STOP')),
    ending: (reason) => geminiReply(model, [running('Hi.')], reason),
    breaks: ['MISSING_THOUGHT_SIGNATURE'],
    turns: 'contents',
    original: ({ candidates }) =>
      parts(Array.isArray(candidates) ? candidates[0]?.content : undefined).filter(isLasting),
    again: parts,
  }
}

/** Whether a part is told again. Thoughts without a signature are not. */
function isLasting(part: JsonObject): boolean {
  return part['thought'] !== true || part['thoughtSignature'] !== undefined
}

function parts(content: unknown): readonly JsonObject[] {
  const parts = isObject(content) ? content['parts'] : undefined
  return Array.isArray(parts) ? parts.filter(isObject) : []
}

/** A text. What is said of it is said of its last piece. */
function running(text: string, facts: JsonObject = {}): Part {
  const { thoughtSignature, ...kind } = facts
  const pieces = halves(text)
  return {
    whole: { text, ...facts },
    pieces: pieces.map((text, index) => ({
      text,
      ...kind,
      ...(index === pieces.length - 1 && { thoughtSignature }),
    })),
  }
}

/** A part that a stream tells in one piece. */
export function once(whole: JsonObject): Part {
  return { whole, pieces: [whole] }
}

function signed(signature: string | null): JsonObject {
  return signature === null ? {} : { thoughtSignature: signature }
}

/** A reply of Gemini's, in both of its forms. */
export function geminiReply(model: string, parts: readonly Part[], finishReason: string): Native {
  const usageMetadata = { promptTokenCount: 3, candidatesTokenCount: 4, totalTokenCount: 9, thoughtsTokenCount: 2 }
  const rest = { usageMetadata, modelVersion: model, responseId: 'r1' }
  const candidate = (parts: readonly JsonObject[], end: JsonObject): JsonObject => ({
    candidates: [{ ...(parts.length > 0 && { content: { parts, role: 'model' } }), ...end, index: 0 }],
    ...rest,
  })
  return {
    whole: candidate(
      parts.map(({ whole }) => whole),
      { finishReason },
    ),
    frames: [
      ...parts.flatMap(({ pieces }) => pieces.map((piece) => candidate([piece], {}))),
      candidate([], { finishReason }),
    ],
  }
}
