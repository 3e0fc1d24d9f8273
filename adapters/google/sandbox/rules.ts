/**
 * What the emulated models refuse, in the words of the real ones.
 *
 * @see https://ai.google.dev/gemini-api/docs/thought-signatures#faqs
 * @module
 */
import { sha256 } from '../../../src/wire/digest.ts'
import { PLACEHOLDER } from '../model-turn.ts'
import type { GeminiFact } from '../models.ts'
import type { SeenRequest } from '../strict.ts'

/** Everything about a well-formed request that the model refuses. */
export function* refusals(request: SeenRequest, fact: GeminiFact, model: string): Iterable<string> {
  yield* sampling(request, fact)
  yield* thinking(request, fact)
  yield* mixing(request, fact)
  yield* signatures(request, fact, model)
  if (request.systemInstruction && !fact.system) yield `Developer instruction is not enabled for models/${model}`
  if (request.contents.at(-1)?.role === 'model' && !fact.prefill)
    yield 'Requests ending with a model turn are not supported unless the last part is a function response.'
}

function* sampling({ generationConfig = {} }: SeenRequest, { supports }: GeminiFact): Iterable<string> {
  const { presencePenalty, frequencyPenalty, candidateCount = 1, responseLogprobs } = generationConfig
  const isPenalized = presencePenalty !== undefined || frequencyPenalty !== undefined
  if (isPenalized && supports?.presencePenalty === false) yield 'Penalty is not enabled for this model'
  if (candidateCount > 1 && supports?.choices === false) yield 'Multiple candidates is not enabled for this model'
  if (responseLogprobs) yield 'Logprobs is not enabled for this model'
}

function* thinking({ generationConfig }: SeenRequest, { thinks }: GeminiFact): Iterable<string> {
  const { thinkingBudget: budget, thinkingLevel: level } = generationConfig?.thinkingConfig ?? {}
  if (generationConfig?.thinkingConfig && thinks.by === 'nothing') yield 'Thinking is not supported for this model.'
  if (level !== undefined && thinks.by === 'budget') yield 'Thinking level is not supported for this model.'
  if (level !== undefined && thinks.by === 'level' && !thinks.levels.includes(level.toLowerCase()))
    yield `Thinking level ${level} is not supported for this model.`
  if (budget === undefined || budget === -1) return
  if (thinks.by === 'level') yield 'Thinking budget is not supported for this model. Use thinking level.'
  const isWithin = thinks.by !== 'budget' || budget === thinks.off || (budget >= thinks.least && budget <= thinks.most)
  if (!isWithin)
    yield `The thinking budget ${budget} is invalid. Please choose a value between ${thinks.least} and ${thinks.most}.`
}

function* mixing({ tools = [], generationConfig }: SeenRequest, { mixes }: GeminiFact): Iterable<string> {
  if (mixes) return
  const functions = tools.some(({ functionDeclarations }) => functionDeclarations)
  if (functions && tools.some(({ functionDeclarations }) => !functionDeclarations))
    yield 'Tool use with function calling is unsupported'
  if (tools.length > 0 && generationConfig?.responseMimeType === 'application/json')
    yield "Function calling with a response mime type: 'application/json' is unsupported"
}

/** Signatures come back as they were; and since the user spoke, every step must have one on its first call. */
function* signatures({ contents }: SeenRequest, { signs }: GeminiFact, model: string): Iterable<string> {
  const known = new Set([seal(model), PLACEHOLDER])
  const forged = contents.some(({ parts }) => parts.some((part) => isForged(part.thoughtSignature, known)))
  if (forged) yield 'Thought signature is not valid'
  if (!signs) return
  const spoken = contents.findLastIndex(
    ({ role, parts }) => role !== 'model' && parts.some(({ functionResponse }) => !functionResponse),
  )
  for (const [index, { role, parts }] of contents.entries()) {
    const first = parts.find(({ functionCall }) => functionCall)
    if (index < spoken || role !== 'model' || !first || first.thoughtSignature !== undefined) continue
    yield `Function call \`${first.functionCall?.name}\` in the \`${index + 1}.\` content block is missing a \`thought_signature\`.`
  }
}

function isForged(signature: string | undefined, known: ReadonlySet<string>): boolean {
  return signature !== undefined && !known.has(signature)
}

/** The signature of a model's thoughts. */
export function seal(model: string): string {
  return btoa(`sandbox/${model}/${sha256(`sandbox/${model}`)}`)
}
