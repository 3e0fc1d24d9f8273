/**
 * Reading Gemini's replies, by the reference of the API: what a client must be told for each.
 *
 * @see https://ai.google.dev/api/generate-content
 * @module
 */
import { jsonLike, Like, differences } from './compare.ts'
import { type Candidate, foldReply, type GoogleReply, type Step, streamReply, wholeReply } from './google-reply.ts'
import { type Expected, type ExpectedFailure, KEY_REFUSED, NOW, type Oracle, TRUNCATED } from './oracle.ts'
import { list, members, type Members, number, text } from './reading.ts'
import type { RecordedReply } from './recordings.ts'

/** Reads replies of `generateContent` and `streamGenerateContent`. */
export const googleOracle: Oracle = {
  read([reply], model) {
    if (!reply) throw new TypeError('There is no reply to read.')
    if (reply.status >= 400) return refused(reply)
    const folded = foldReply(reply)
    const isWhole = [...folded.candidates.values()].every(({ facts }) => facts['finishReason'] != null)
    const isBlocked = members(folded.head['promptFeedback'])['blockReason'] != null
    if ((folded.candidates.size > 0 && isWhole) || isBlocked)
      return { type: 'completion', completion: completion(folded, model) }
    return { type: 'failure', failure: { ...TRUNCATED, message: new Like('some words', (said) => said !== '') } }
  },
  translate(reply) {
    const folded = foldReply(reply)
    return reply.kind === 'sse' || Array.isArray(reply.body) ? wholeReply(folded) : streamReply(folded)
  },
  pauses: () => false,
  echo([reply], sent) {
    const candidate = reply && foldReply(reply).candidates.get(0)
    const told = list(members(sent)['contents'])
      .map(members)
      .find(({ role }) => role === 'model')
    const said = (candidate?.steps ?? []).flatMap(sayable)
    // Of a reply that was blocked, the client is told in words of ours.
    if (said.length === 0 && (!candidate || FILTERS.test(text(candidate.facts['finishReason'])))) return []
    return differences(said, list(told?.['parts']).map(members).flatMap(signedApart), 'parts')
  },
}

/** A step as the parts that must go back. A call gets an id where it had none, and a placeholder where it was not signed. */
function sayable(step: Step): readonly unknown[] {
  switch (step.kind) {
    case 'text':
      return [{ text: step.words }]
    case 'thought':
      return step.signature == null ? [] : [{ thoughtSignature: step.signature }]
    case 'signature':
      return [{ thoughtSignature: step.signature }]
    case 'image':
      return [{ inlineData: step.data }]
    case 'audio':
      return []
    case 'call': {
      const { name, args = {} } = step.call
      const signature = step.signature == null ? [] : [{ thoughtSignature: step.signature }]
      return [{ functionCall: { id: new Like('any id', () => true), name, args } }, ...signature]
    }
    case 'other': {
      const { thoughtSignature, ...part } = step.part
      return [part, ...(thoughtSignature == null ? [] : [{ thoughtSignature }])]
    }
  }
}

const PLACEHOLDER = btoa('skip_thought_signature_validator')

function signedApart({ thoughtSignature, thought, ...part }: Members): readonly unknown[] {
  const said = thought === true || part['text'] === '' ? [] : [part]
  return thoughtSignature == null || thoughtSignature === PLACEHOLDER ? said : [...said, { thoughtSignature }]
}

const BY_STATUS: Readonly<Record<number, readonly [type: string, code: string | null]>> = {
  400: ['invalid_request_error', null],
  404: ['invalid_request_error', 'model_not_found'],
}

function refused({ status, body }: RecordedReply): Expected {
  const error = members(members(Array.isArray(body) ? body[0] : body)['error'])
  const message = text(error['message'])
  if (list(error['details']).some((detail) => members(detail)['reason'] === 'API_KEY_INVALID')) {
    return failed({ ...KEY_REFUSED, midway: false, message: new Like('words of its own', (words) => words !== '') })
  }
  const [type, code] = BY_STATUS[status] ?? ['server_error', null]
  return failed({ status, midway: false, type, code, param: status === 404 ? 'model' : null, message })
}

function failed(failure: ExpectedFailure): Expected {
  return { type: 'failure', failure }
}

function completion({ head, candidates, usage }: GoogleReply, model: string): Members {
  const created = Date.parse(text(head['createTime']))
  const tier = TIERS[text(usage?.['trafficType'] ?? usage?.['serviceTier'])]
  const id = head['responseId']
  return {
    id: id == null ? new Like('an id', (value) => text(value).startsWith('chatcmpl-')) : `chatcmpl-${text(id)}`,
    object: 'chat.completion',
    created: Number.isNaN(created) ? NOW / 1000 : Math.floor(created / 1000),
    model: head['modelVersion'] == null ? model : text(head['modelVersion']).replace('models/', ''),
    choices: candidates.size > 0 ? [...candidates].map(([index, one]) => choice(index, one, model)) : [blocked(head)],
    usage: usageOf(usage ?? {}),
    ...(tier && { service_tier: tier }),
  }
}

const TIERS: Readonly<Record<string, string>> = {
  standard: 'default',
  ON_DEMAND: 'default',
  flex: 'flex',
  priority: 'priority',
}

function blocked(head: Members): Members {
  const { blockReason } = members(head['promptFeedback'])
  const refusal = new Like(`words that name ${text(blockReason)}`, (words) => text(words).includes(text(blockReason)))
  const message = { role: 'assistant', content: null, refusal }
  return { index: 0, message, finish_reason: 'content_filter', native_finish_reason: blockReason }
}

const FILTERS = /SAFETY|RECITATION|BLOCKLIST|PROHIBITED|SPII|LANGUAGE|ARMOR/u

function choice(index: number, { steps, facts }: Candidate, model: string): Members {
  const raw = text(facts['finishReason'])
  const called = steps.some(({ kind }) => kind === 'call')
  const isFiltered = FILTERS.test(raw)
  const reason = raw === 'MAX_TOKENS' ? 'length' : isFiltered ? 'content_filter' : called ? 'tool_calls' : 'stop'
  const isSilent = steps.every(({ kind }) => kind === 'signature' || kind === 'thought')
  const { groundingMetadata, urlContextMetadata, safetyRatings } = facts
  return {
    index,
    message: message(steps, facts, model, isFiltered && isSilent),
    finish_reason: reason,
    native_finish_reason: raw,
    ...(facts['logprobsResult'] != null && { logprobs: logprobs(members(facts['logprobsResult'])) }),
    grounding_metadata: groundingMetadata,
    url_context_metadata: urlContextMetadata,
    safety_ratings: safetyRatings,
  }
}

function message(steps: readonly Step[], facts: Members, model: string, refuses: boolean): Members {
  const texts = steps.flatMap((step) => (step.kind === 'text' ? [step.words] : []))
  const thoughts = steps.flatMap((step) => (step.kind === 'thought' && step.words ? [step.words] : []))
  const calls = steps.flatMap((step) => (step.kind === 'call' ? [toolCall(step, model)] : []))
  const images = steps.flatMap((step) => (step.kind === 'image' ? [step.data] : []))
  const sounds = steps.flatMap((step) => (step.kind === 'audio' ? [text(step.data['data'])] : []))
  const details = detailsOf(steps, model)
  const cited = annotations(texts.join(''), facts)
  const empty = new Like('nothing, or an empty text', (value) => value == null || value === '')
  return {
    role: 'assistant',
    content: texts.length > 0 ? texts.join('') : empty,
    refusal: refuses ? new Like('some words', (words) => text(words) !== '') : null,
    ...(thoughts.length > 0 && { reasoning_content: thoughts.join('\n\n') }),
    ...(calls.length > 0 && { tool_calls: calls }),
    ...(sounds.length > 0 && { audio: { data: sounds.join('') } }),
    ...(images.length > 0 && {
      images: images.map(({ mimeType, data }, at) => ({
        type: 'image_url',
        image_url: { url: `data:${text(mimeType)};base64,${text(data)}` },
        index: at,
      })),
    }),
    ...(details.length > 0 && { reasoning_details: details }),
    ...(cited.length > 0 && { annotations: cited }),
  }
}

function toolCall({ call, signature }: Extract<Step, { kind: 'call' }>, model: string): Members {
  return {
    id: call['id'] ?? new Like('a new id', (id) => text(id).startsWith('call_')),
    type: 'function',
    function: { name: call['name'], arguments: jsonLike(call['args'] ?? {}) },
    ...(signature != null && { extra_content: { google: { thought_signature: signature, model } } }),
  }
}

/** The order in which OpenAI's message can be read back without being told; of what stands at 1, 4 or nowhere only one. */
const RANK = { thought: 0, signature: 0, text: 1, image: 3, audio: 4, call: 6, other: Number.NaN } as const

function detailsOf(steps: readonly Step[], model: string): readonly unknown[] {
  const origin = { format: 'google-gemini-v1', model }
  const entries = steps.flatMap((step): Members[] => {
    if (step.kind !== 'thought' && step.kind !== 'signature') return []
    const { signature } = step
    const extra = step.kind === 'signature' && step.alone ? { extra: { text: '' } } : {}
    return [{ type: 'reasoning.text', text: step.kind === 'thought' ? step.words : '', signature, ...origin, ...extra }]
  })
  const numbered = entries.map((entry, index) => ({ ...entry, index }))
  const ranks = steps.map(({ kind }) => RANK[kind])
  const isPlain = ranks.every((rank, at) => {
    const before = ranks[at - 1] ?? -1
    return rank === 1 || rank === 4 ? rank > before : rank >= before
  })
  if (isPlain) return numbered
  const data = new Like('a snapshot of all blocks in order', (actual) => fits(actual, steps))
  return [...numbered, { type: 'reasoning.encrypted', data, format: 'dragoman-blocks-v1', index: entries.length }]
}

/** Whether a snapshot tells the order of the steps, and those that are told nowhere else word by word. */
function fits(snapshot: unknown, steps: readonly Step[]): boolean {
  const parsed: unknown = JSON.parse(Buffer.from(text(snapshot), 'base64url').toString('utf8'))
  const told = list(members(parsed)['blocks'])
    .map(members)
    .filter(({ f }) => f === undefined)
  const any = new Like('anything', (value) => value != null)
  const wanted = steps.map((step): unknown => {
    if (step.kind === 'text') return { t: step.words.length }
    if (step.kind === 'call') return { c: any }
    if (step.kind === 'other') return { o: jsonLike(step.part), format: any, model: any }
    return step.kind === 'image' || step.kind === 'audio' ? { m: any } : { r: any }
  })
  return differences(wanted, told).length === 0
}

/** Sources, with offsets in UTF-8 told as code points. */
function annotations(content: string, facts: Members): readonly unknown[] {
  const { groundingSupports, groundingChunks } = members(facts['groundingMetadata'])
  const { citationSources, citations } = members(facts['citationMetadata'])
  const supported = list(groundingSupports)
    .map(members)
    .flatMap(({ segment, groundingChunkIndices }) =>
      list(groundingChunkIndices).map((index) => {
        const { web, maps, retrievedContext } = members(list(groundingChunks)[Number(index)])
        const { uri, title, domain } = members(web ?? maps ?? retrievedContext)
        return { segment: members(segment), url: uri, title: title || domain }
      }),
    )
  const listed = list(citationSources ?? citations)
    .map(members)
    .map((one) => ({ segment: one, url: one['uri'], title: one['title'] }))
  return [...supported, ...listed].flatMap(({ segment, url, title }) => {
    const span = url ? spanOf(content, segment) : undefined
    return span ? [{ type: 'url_citation', url_citation: { ...span, url, title: title || url } }] : []
  })
}

function spanOf(content: string, segment: Members): Members | undefined {
  const bytes = Buffer.from(content)
  const [start, end] = [number(segment['startIndex']) ?? 0, number(segment['endIndex']) ?? 0]
  const head = bytes.subarray(0, start).toString()
  const words = bytes.subarray(start, end).toString()
  const said = text(segment['text']) || words
  const at = said === words ? head.length : content.indexOf(said)
  if (at < 0) return undefined
  const first = [...content.slice(0, at)].length
  return { start_index: first, end_index: first + [...said].length }
}

function logprobs({ chosenCandidates, topCandidates }: Members): Members {
  const token = (one: unknown): Members => {
    const { token: words, logProbability } = members(one)
    return { token: words, logprob: logProbability ?? 0, bytes: [...Buffer.from(text(words))] }
  }
  const content = list(chosenCandidates).map((one, at) => ({
    ...token(one),
    top_logprobs: list(members(list(topCandidates)[at])['candidates']).map(token),
  }))
  return { content, refusal: null }
}

function usageOf(usage: Members): Members | undefined {
  if (usage['totalTokenCount'] == null) return undefined
  const counted = (name: string): number => number(usage[name]) ?? 0
  const sound = (name: string): number | undefined => {
    const found = list(usage[name])
      .map(members)
      .filter(({ modality }) => modality === 'AUDIO')
    return found.length > 0 ? found.reduce((sum, one) => sum + (number(one['tokenCount']) ?? 0), 0) : undefined
  }
  const input = counted('promptTokenCount') + counted('toolUsePromptTokenCount')
  const output = counted('candidatesTokenCount') + counted('thoughtsTokenCount')
  return {
    prompt_tokens: input,
    completion_tokens: output,
    total_tokens: usage['totalTokenCount'],
    prompt_tokens_details: present({
      cached_tokens: usage['cachedContentTokenCount'],
      audio_tokens: sound('promptTokensDetails'),
    }),
    completion_tokens_details: present({
      reasoning_tokens: usage['thoughtsTokenCount'],
      audio_tokens: sound('candidatesTokensDetails'),
    }),
    total_tokens_agree: input + output === usage['totalTokenCount'] ? undefined : 'The total is no sum.',
  }
}

function present(counts: Members): Members | undefined {
  return Object.values(counts).some((count) => count != null) ? counts : undefined
}
