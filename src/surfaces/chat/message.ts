/**
 * A choice of a reply as OpenAI's message: what the whole reply says at once, and the stream piece by piece.
 *
 * @module
 */
import type { Block, Choice, Citation, Completion, Json, JsonObject, MediaBlock, Usage } from '../../canonical.ts'
import { beyond, costs } from '../beyond.ts'
import { details } from './reasoning.ts'

/** How a client wants to be answered. */
export interface Style {
  /** Whether it asked with `functions`, and calls come as `function_call`. */
  readonly legacy: boolean
  /** Whether the thoughts are kept from it. */
  readonly hidden: boolean
  /** Whether a stream ends with the usage. */
  readonly usage: boolean
}

/** The message. Legacy clients get the first call as `function_call`; a further one, which they forbade, stays in `tool_calls` for all to see. */
export function message(all: readonly Block[], style: Style): JsonObject {
  const [only] = all
  if (all.length === 1 && only?.type === 'text' && !only.citations)
    return { role: 'assistant', content: only.text, refusal: null }
  const blocks = shown(all, style)
  const texts = blocks.filter((block) => block.type === 'text')
  const thoughts = blocks.flatMap((block) => (block.type === 'reasoning' && block.text ? [block.text] : []))
  const calls = blocks.filter((block) => block.type === 'tool')
  const first = style.legacy ? calls.find(({ custom }) => !custom) : undefined
  const rest = calls.filter((call) => call !== first)
  const sound = audio(blocks)
  return {
    role: 'assistant',
    content: texts.length > 0 ? joined(texts) : null,
    refusal: joined(blocks.filter((block) => block.type === 'refusal')) || null,
    ...(thoughts.length > 0 && { reasoning_content: thoughts.join(BETWEEN_THOUGHTS) }),
    ...(first && { function_call: { name: first.name, arguments: first.text } }),
    ...(rest.length > 0 && { tool_calls: rest.map(toolCall) }),
    ...(sound && { audio: sound }),
    ...appendix(all, style),
  }
}

/** The members of a message that are told once, whole: what grows cannot be told from what is replaced by clients that collect deltas. */
export function appendix(all: readonly Block[], style: Style): JsonObject {
  const blocks = shown(all, style)
  const cited = citations(blocks)
  const annotations = cited.filter(({ type }) => type === 'url').map(annotation)
  const documents = cited.filter(({ type }) => type === 'document').map(documentCitation)
  const images = blocks
    .filter((block) => block.type === 'media')
    .filter(({ kind }) => kind === 'image')
    .map(image)
  const reasoning = details(blocks)
  return {
    ...(annotations.length > 0 && { annotations }),
    ...(documents.length > 0 && { citations: documents }),
    ...(images.length > 0 && { images }),
    ...(reasoning.length > 0 && { reasoning_details: reasoning }),
  }
}

/** A call as `tool_calls` lists it. */
export function toolCall(call: Block & { type: 'tool' }): JsonObject {
  const { id, name, text, custom, extra } = call
  return {
    id,
    ...(custom
      ? { type: 'custom', custom: { name, input: text } }
      : { type: 'function', function: { name, arguments: text } }),
    ...(extra && { extra_content: extra }),
  }
}

/** What of a sound is known when it starts. */
export function sound({ id, text, expires }: Omit<MediaBlock, 'type' | 'kind'>): JsonObject {
  return { ...(id !== undefined && { id }), data: text, ...(expires !== undefined && { expires_at: expires }) }
}

/** What stands beside the message of a choice. The provider's own word for the ending is told where it differs. */
export function ending({ reason, raw, extra }: Pick<Choice, 'reason' | 'raw' | 'extra'>, style: Style): JsonObject {
  const word = style.legacy && reason === 'tool_calls' ? 'function_call' : reason
  const other = raw !== undefined && raw !== word
  if (!other && !extra) return { finish_reason: word }
  return { finish_reason: word, ...(other && { native_finish_reason: raw }), ...beyond(extra, CHOICE) }
}

/** What stands beside the choices of a completion. */
export function envelope({ serviceTier, extra }: Pick<Completion, 'serviceTier' | 'extra'>): JsonObject {
  return { ...(serviceTier !== undefined && { service_tier: serviceTier }), ...beyond(extra, COMPLETION) }
}

/** The id of a completion: the provider's, under OpenAI's prefix. */
export function completionId(id: string): string {
  return id.startsWith('chatcmpl-') ? id : `chatcmpl-${id}`
}

/** Usage as OpenAI words it. */
export function usage({
  input,
  output,
  cached,
  cacheWrite,
  reasoning,
  audioInput,
  audioOutput,
  acceptedPrediction,
  rejectedPrediction,
  cost,
  extra,
}: Usage): JsonObject {
  const prompt = known({ cached_tokens: cached, cache_write_tokens: cacheWrite, audio_tokens: audioInput })
  const completion = known({
    reasoning_tokens: reasoning,
    audio_tokens: audioOutput,
    accepted_prediction_tokens: acceptedPrediction,
    rejected_prediction_tokens: rejectedPrediction,
  })
  return {
    prompt_tokens: input,
    completion_tokens: output,
    total_tokens: input + output,
    ...(prompt && { prompt_tokens_details: prompt }),
    ...(completion && { completion_tokens_details: completion }),
    ...beyond(extra, USAGE),
    ...costs(cost, extra),
  }
}

/** What separates the texts of two blocks of reasoning. */
export const BETWEEN_THOUGHTS = '\n\n'

const CHOICE: ReadonlySet<string> = new Set(['index', 'delta', 'message', 'logprobs', 'finish_reason'])
const COMPLETION: ReadonlySet<string> = new Set(['id', 'object', 'created', 'model', 'choices', 'usage'])
const USAGE: ReadonlySet<string> = new Set(['prompt_tokens', 'completion_tokens', 'total_tokens'])

/** The blocks a client is to see. Thoughts nobody can read may pass, so that they can be sent again. */
function shown(blocks: readonly Block[], { hidden }: Style): readonly Block[] {
  return hidden ? blocks.filter(({ type, text }) => type !== 'reasoning' || text === '') : blocks
}

function joined(blocks: readonly Block[]): string {
  return blocks.map(({ text }) => text).join('')
}

function audio(blocks: readonly Block[]): JsonObject | undefined {
  const sounds = blocks.filter((block) => block.type === 'media').filter(({ kind }) => kind === 'audio')
  const words = blocks.filter(({ type }) => type === 'transcript')
  if (sounds.length + words.length === 0) return undefined
  return Object.assign(
    {},
    ...sounds.map(sound),
    sounds.length > 0 && { data: joined(sounds) },
    words.length > 0 && { transcript: joined(words) },
  )
}

function image({ mime = 'image/png', text }: MediaBlock, index: number): JsonObject {
  return { type: 'image_url', image_url: { url: `data:${mime};base64,${text}` }, index }
}

/** All citations, their offsets counted over the whole content. An end beyond its block means the end of the block. */
function citations(blocks: readonly Block[]): readonly Citation[] {
  if (!blocks.some((block) => block.type === 'text' && block.citations)) return []
  let offset = 0
  return blocks.flatMap((block) => {
    if (block.type !== 'text') return []
    const base = offset
    offset += [...block.text].length
    const placed = (at: number): number => Math.min(base + at, offset)
    return (block.citations ?? []).map((citation) => ({
      ...citation,
      start: placed(citation.start),
      end: placed(citation.end),
    }))
  })
}

function annotation({ start, end, url = '', title = url, document }: Citation): JsonObject {
  return { type: 'url_citation', url_citation: { start_index: start, end_index: end, url, title, ...document } }
}

function documentCitation({ start, end, url, title, document }: Citation): JsonObject {
  return { type: 'document', start_index: start, end_index: end, ...known({ title, url, document }) }
}

function known(members: Readonly<Record<string, Json | undefined>>): JsonObject | undefined {
  let some: Record<string, Json> | undefined
  for (const name in members) {
    const value = members[name]
    if (value !== undefined) (some ??= {})[name] = value
  }
  return some
}
