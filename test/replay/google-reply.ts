/**
 * Folding Gemini's replies, streamed or whole, into what each candidate said, step by step.
 *
 * @see https://ai.google.dev/api/generate-content#v1beta.GenerateContentResponse
 * @module
 */
import { sse, whole } from './oracle.ts'
import { events, isMembers, json, list, members, type Members, number, text } from './reading.ts'
import type { RecordedReply } from './recordings.ts'

/** One thing a candidate said. A signature signs the step before it, or stands on an empty text of its own. */
export type Step =
  | { readonly kind: 'text' | 'thought'; words: string; readonly signature?: unknown }
  | { readonly kind: 'signature'; readonly signature: unknown; readonly alone: boolean }
  | { readonly kind: 'call'; readonly call: Members; readonly signature?: unknown; grows?: boolean }
  | { readonly kind: 'image' | 'audio'; readonly data: Members }
  | { readonly kind: 'other'; readonly part: Members }

/** One candidate, put together from all frames. */
export interface Candidate {
  readonly steps: Step[]
  /** Members beside the content; of lists inside of them, all items. */
  facts: Record<string, unknown>
}

/** A whole reply. */
export interface GoogleReply {
  readonly head: Members
  readonly candidates: ReadonlyMap<number, Candidate>
  readonly usage: Members | undefined
  readonly error: unknown
}

/** Puts a reply together. */
export function foldReply(reply: RecordedReply): GoogleReply {
  const candidates = new Map<number, Candidate>()
  const head: Record<string, unknown> = {}
  let usage: Members | undefined
  let error: unknown
  for (const frame of framesOf(reply).map(members)) {
    const { candidates: told, usageMetadata, ...rest } = frame
    error ??= rest['error']
    for (const [name, value] of Object.entries(rest)) head[name] ??= value
    usage = winner(usage, usageMetadata)
    for (const [place, one] of list(told).map(members).entries()) {
      const index = number(one['index']) ?? place
      const known = candidates.get(index) ?? { steps: [], facts: {} }
      candidates.set(index, known)
      const { content, index: _, ...facts } = one
      for (const part of list(members(content)['parts']).map(members)) take(known.steps, part)
      known.facts = joined(known.facts, facts)
    }
  }
  return { head, candidates, usage, error }
}

function framesOf({ kind, body }: RecordedReply): readonly unknown[] {
  if (kind === 'sse') return events(text(body)).map(json)
  return Array.isArray(body) ? body : [body]
}

/** The last usage with a total holds; what was cached is kept from earlier ones. */
function winner(before: Members | undefined, usage: unknown): Members | undefined {
  const told = members(usage)
  const tiers = { ...(told['trafficType'] != null && { trafficType: told['trafficType'] }) }
  if (told['totalTokenCount'] == null) return before ? { ...before, ...tiers } : tiers
  return { cachedContentTokenCount: before?.['cachedContentTokenCount'], ...told }
}

function take(steps: Step[], part: Members): void {
  const { text: words, thought, thoughtSignature: signature, functionCall, inlineData } = part
  const last = steps.at(-1)
  const mime = text(members(inlineData)['mimeType'])
  if (isMembers(functionCall) && last?.kind === 'call' && last.grows && functionCall['name'] == null) {
    for (const piece of list(functionCall['partialArgs']).map(members)) put(last.call, piece)
    last.grows = functionCall['willContinue'] === true
  } else if (isMembers(functionCall) && functionCall['willContinue'] === true) {
    const { willContinue: _, ...call } = functionCall
    steps.push({ kind: 'call', call: { ...call, args: {} }, grows: true, ...(signature != null && { signature }) })
  } else if (isMembers(functionCall)) {
    steps.push({ kind: 'call', call: functionCall, ...(signature != null && { signature }) })
  } else if (thought === true) {
    if (last?.kind === 'thought' && last.signature == null && signature == null) last.words += text(words)
    else steps.push({ kind: 'thought', words: text(words), ...(signature != null && { signature }) })
  } else if (typeof words === 'string') {
    if (last?.kind === 'text') last.words += words
    else if (words !== '') steps.push({ kind: 'text', words })
    if (signature != null) steps.push({ kind: 'signature', signature, alone: words === '' })
  } else if (mime.startsWith('image/') || mime.startsWith('audio/')) {
    steps.push({ kind: mime.startsWith('image/') ? 'image' : 'audio', data: members(inlineData) })
    if (signature != null) steps.push({ kind: 'signature', signature, alone: false })
  } else steps.push({ kind: 'other', part })
}

/** Puts a piece of an argument where its path says; texts grow. */
function put(call: Members, { jsonPath, stringValue, numberValue, boolValue }: Members): void {
  const keys = ['args', ...[...text(jsonPath).matchAll(/[^$.[\]'"]+/gu)].map(([key]) => key)]
  let place: object = call
  for (const [at, key] of keys.slice(0, -1).entries()) {
    const inner: unknown = Reflect.get(place, key) ?? (/^\d+$/u.test(keys[at + 1] ?? '') ? [] : {})
    Reflect.set(place, key, inner)
    if (typeof inner === 'object' && inner !== null) place = inner
  }
  const last = keys.at(-1) ?? ''
  const before: unknown = Reflect.get(place, last)
  const grown = typeof stringValue === 'string' ? text(before) + stringValue : undefined
  Reflect.set(place, last, grown ?? numberValue ?? boolValue ?? null)
}

/** Later members replace earlier ones; the lists of sources go on. */
function joined(before: Record<string, unknown>, now: Members): Record<string, unknown> {
  const next = { ...before, ...now }
  const [old, young] = [members(before['groundingMetadata']), members(now['groundingMetadata'])]
  const both: Record<string, unknown> = { ...old, ...young }
  for (const [name, value] of Object.entries(old)) {
    if (Array.isArray(value) && Array.isArray(young[name])) both[name] = [...value, ...list(young[name])]
  }
  if (Object.keys(both).length > 0) next['groundingMetadata'] = both
  else delete next['groundingMetadata']
  return next
}

/** The reply as one body. */
export function wholeReply({ head, candidates, usage, error }: GoogleReply): RecordedReply | undefined {
  if (error != null || candidates.size === 0) return undefined
  const told = [...candidates].map(([index, { steps, facts }]) => ({
    index,
    ...facts,
    content: { role: 'model', parts: partsOf(steps) },
  }))
  return whole({ ...head, candidates: told, usageMetadata: usage })
}

/** The reply as a stream: words in halves, everything else in frames of its own, the facts at the end. */
export function streamReply({ head, candidates, usage, error }: GoogleReply): RecordedReply | undefined {
  if (error != null || candidates.size === 0) return undefined
  const pieces = [...candidates].flatMap(([index, { steps }]) =>
    partsOf(steps)
      .flatMap(halves)
      .map((part) => ({ index, content: { role: 'model', parts: [part] } })),
  )
  const ends = [...candidates].map(([index, { facts }]) => ({ index, ...facts }))
  return sse([
    ...pieces.map((candidate) => ({
      ...head,
      candidates: [candidate],
      usageMetadata: { promptTokenCount: 1, totalTokenCount: 1 },
    })),
    { ...head, candidates: ends, usageMetadata: usage },
  ])
}

function partsOf(steps: readonly Step[]): Members[] {
  const parts: Members[] = []
  for (const step of steps) {
    const signed = step.kind !== 'signature' && 'signature' in step ? { thoughtSignature: step.signature } : {}
    if (step.kind === 'text') parts.push({ text: step.words })
    else if (step.kind === 'thought') parts.push({ text: step.words, thought: true, ...signed })
    else if (step.kind === 'call') parts.push({ functionCall: step.call, ...signed })
    else if (step.kind === 'other') parts.push(step.part)
    else if (step.kind === 'image' || step.kind === 'audio') parts.push({ inlineData: step.data })
    else if (step.kind === 'signature' && step.alone) parts.push({ text: '', thoughtSignature: step.signature })
    else if (step.kind === 'signature') parts.push({ ...parts.pop(), thoughtSignature: step.signature })
  }
  return parts
}

/** A text in two parts, of which the second bears the signature. */
function halves(part: Members): readonly Members[] {
  const words = text(part['text'])
  if (words.length < 2 || (part['thought'] && part['thoughtSignature'])) return [part]
  const { thoughtSignature: _, ...plain } = part
  const middle = Math.ceil(words.length / 2)
  return [
    { ...plain, text: words.slice(0, middle) },
    { ...part, text: words.slice(middle) },
  ]
}
