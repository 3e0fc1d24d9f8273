/**
 * Decoding: what Gemini replies, told to the pen.
 *
 * @see https://ai.google.dev/api/generate-content#v1beta.GenerateContentResponse
 * @module
 */
import type { JsonObject, Logprob } from '../../src/canonical.ts'
import type { Reply } from '../../src/reply.ts'
import { GrowingText } from '../../src/wire/literal.ts'
import { grow, isOpen, openCall, type OpenCall } from './calls.ts'
import { emptyReply, explain } from './failure.ts'
import { finish } from './finish.ts'
import { cite } from './grounding.ts'
import { type Remembered, remembered } from './memory.ts'
import { SLOT } from './native.ts'
import { spend } from './usage.ts'
import type {
  WireBody,
  WireCandidate,
  WireFrame,
  WireGrounding,
  WireLogprobs,
  WirePart,
  WireResponse,
  WireToken,
} from './wire.ts'

/** Unfolds a whole reply, which is one frame. One that holds nothing at all is an error. */
export function frames(body: WireBody): Iterable<WireFrame> {
  if (Array.isArray(body)) return body
  const isEmpty = !('error' in body) && !body.candidates?.length && body.promptFeedback?.blockReason == null
  return isEmpty ? [emptyReply] : [body]
}

/** Writes down what one frame says. */
export function decode(frame: WireFrame, reply: Reply): void {
  if ('error' in frame) {
    reply.fail(explain(frame.error))
    return
  }
  if (!reply.started) reply.start({ id: frame.responseId, model: modelOf(frame), created: createdOf(frame) })
  if (frame.usageMetadata) spend(reply, frame.usageMetadata)
  const candidates = frame.candidates ?? []
  for (const [position, candidate] of candidates.entries()) {
    // Zeros are left out on the wire, and some places leave out all numbers.
    const index = candidate.index ?? position
    reply.choice(index)
    tell(reply, candidate, remembered(reply, index))
  }
  const { blockReason, blockReasonMessage } = frame.promptFeedback ?? {}
  if (blockReason != null && candidates.length === 0) {
    const why = blockReasonMessage ? `: ${blockReasonMessage}` : '.'
    reply.refusal(`The prompt was blocked by the provider (${blockReason})${why}`)
    reply.finish('content_filter', { raw: blockReason })
  }
}

function modelOf({ modelVersion }: WireResponse): string | undefined {
  return modelVersion?.replace(/^models\//u, '')
}

function createdOf({ createTime }: WireResponse): number | undefined {
  if (createTime == null) return undefined
  const milliseconds = Date.parse(createTime)
  return Number.isNaN(milliseconds) ? undefined : Math.floor(milliseconds / 1000)
}

function tell(reply: Reply, candidate: WireCandidate, memory: Remembered): void {
  for (const part of candidate.content?.parts ?? []) piece(reply, part, memory)
  if (candidate.logprobsResult) reply.logprobs('text', tokens(candidate.logprobsResult))
  if (candidate.groundingMetadata) memory.grounding = gathered(memory.grounding, candidate.groundingMetadata)
  cite(reply, candidate, memory.grounding?.groundingChunks ?? [], memory.texts)
  if (memory.grounding) reply.beside({ grounding_metadata: memory.grounding })
  if (candidate.urlContextMetadata != null) reply.beside({ url_context_metadata: candidate.urlContextMetadata })
  if (candidate.safetyRatings != null) reply.beside({ safety_ratings: candidate.safetyRatings })
  if (candidate.continuationToken != null) reply.beside({ continuation_token: candidate.continuationToken })
  if (candidate.finishReason == null) return
  closeCall(reply, memory)
  if (memory.sound !== '') reply.media({ kind: 'audio', data: btoa(memory.sound) })
  memory.sound = ''
  finish(reply, candidate.finishReason, candidate.finishMessage ?? undefined, memory.hasSpoken)
}

function piece(reply: Reply, part: WirePart, memory: Remembered): void {
  const { text, thought, functionCall, inlineData, thoughtSignature: signature } = part
  const isText = text != null && thought !== true
  if (functionCall) {
    memory.hasSpoken = true
    memory.isTalking = false
    calls(reply, part, memory)
    return
  }
  closeCall(reply, memory)
  if (isText) talk(reply, text, memory)
  else memory.isTalking = false
  if (isText || thought === true) {
    if (thought && text != null) think(reply, text, signature)
    else if (thought) reply.warn('content', 'pictures among the thoughts are not shown')
    // A signature on an empty text goes back on an empty text.
    else if (signature) sign(reply, signature, text === '' ? { text: '' } : undefined, memory)
    return
  }
  memory.hasSpoken = true
  const kind = /^(image|audio)\//u.exec(inlineData?.mimeType ?? '')?.[1]
  if (inlineData && kind === 'audio') {
    speak(reply, inlineData.data, inlineData.mimeType ?? 'audio/*', memory)
    return
  }
  if (inlineData && kind === 'image') {
    reply.close()
    reply.media({ kind, mime: inlineData.mimeType ?? 'image/*', data: inlineData.data })
    reply.close()
    if (signature) sign(reply, signature, undefined, memory)
    return
  }
  // The provider's own tools, what came of them, and inventions to come: for nobody but the provider.
  reply.opaque(given(part))
}

function talk(reply: Reply, text: string, memory: Remembered): void {
  if (text === '') return
  reply.text(text)
  memory.hasSpoken = true
  if (memory.isTalking) memory.texts.at(-1)?.append(text)
  else memory.texts.push(new GrowingText(text))
  memory.isTalking = true
}

/** Tells sound. Its pieces are of any length, but base64 goes on only after three bytes: what is over waits. */
function speak(reply: Reply, data: string, mime: string, memory: Remembered): void {
  const bytes = memory.sound + atob(data)
  const end = bytes.length - (bytes.length % 3)
  memory.sound = bytes.slice(end)
  reply.media({ kind: 'audio', mime, data: btoa(bytes.slice(0, end)) })
}

/** Tells a thought. One that is signed is complete. */
function think(reply: Reply, text: string, signature: string | null | undefined): void {
  reply.reasoning(text, signature ? { signature } : undefined)
  if (signature) reply.close()
}

/** Notes the signature of what was said before, or of an empty text. */
function sign(reply: Reply, signature: string, extra: JsonObject | undefined, memory: Remembered): void {
  reply.close()
  reply.reasoning('', { signature, ...(extra && { extra }) })
  reply.close()
  memory.isTalking = false
}

function calls(reply: Reply, { functionCall, thoughtSignature }: WirePart, memory: Remembered): void {
  if (!functionCall) return
  if (functionCall.name) closeCall(reply, memory)
  if (functionCall.name && !isOpen(functionCall)) {
    const { id, name, args } = functionCall
    call(reply, { id: id ?? undefined, name, signature: thoughtSignature ?? undefined, args: args ?? {} })
    return
  }
  if (functionCall.name) memory.call = openCall(functionCall, thoughtSignature ?? undefined)
  if (!memory.call) return
  grow(memory.call, functionCall)
  if (functionCall.willContinue !== true) closeCall(reply, memory)
}

/** Tells a call whose arguments streamed. Another call, another part or the end of the reply ends it too. */
function closeCall(reply: Reply, memory: Remembered): void {
  if (memory.call) call(reply, memory.call)
  memory.call = undefined
}

function call(
  reply: Reply,
  { id, name, signature, args }: Pick<OpenCall, 'id' | 'name' | 'signature'> & { args: object },
): void {
  // Whose signature it is, the provider's own compatible API does not say; but it is worth nothing to another model.
  const { model } = reply.origin
  reply.tool({
    id,
    name,
    input: JSON.stringify(args),
    ...(signature !== undefined && { extra: { [SLOT]: { thought_signature: signature, model } } }),
  })
}

/** What all frames so far tell of sources: lists go on from frame to frame. */
function gathered(before: WireGrounding | undefined, now: WireGrounding): WireGrounding | undefined {
  if (!before) return Object.keys(now).length > 0 ? now : undefined
  const lists = Object.entries(now).flatMap(([name, value]) => {
    const earlier = before[name]
    return Array.isArray(value) && Array.isArray(earlier) ? [[name, [...earlier, ...value]] as const] : []
  })
  return { ...before, ...now, ...Object.fromEntries(lists) }
}

function tokens({ chosenCandidates, topCandidates }: WireLogprobs): readonly Logprob[] {
  return (chosenCandidates ?? []).map((chosen, index) => ({
    ...token(chosen),
    top_logprobs: (topCandidates?.[index]?.candidates ?? []).map(token),
  }))
}

/** A token as OpenAI words it. One that is a part of a character has no bytes of its own to tell. */
function token({ token, logProbability }: WireToken): Logprob {
  const text = token ?? ''
  const bytes = text.includes('\uFFFD') ? null : [...new TextEncoder().encode(text)]
  return { token: text, logprob: logProbability ?? 0, bytes }
}

/** A part without the members that are not there. */
function given(part: WirePart): JsonObject {
  return Object.fromEntries(Object.entries(part).filter(([, value]) => value != null))
}
