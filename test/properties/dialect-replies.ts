/**
 * Replies of OpenAI and of providers that are like it, made up by fast-check: each tells its thoughts and what it spent
 * in its own way.
 *
 * @module
 */
import * as fc from 'fast-check'
import type { Json, JsonObject } from '../../src/canonical.ts'
import { isObject } from '../../src/wire/json.ts'
import { calls, halves, type Mouth, sealed, words } from './mouth.ts'
import type { Native } from './rig.ts'

/** Thoughts, as members of a message and of the deltas that tell them. */
interface Thoughts {
  readonly whole: JsonObject
  readonly deltas: readonly JsonObject[]
}

/** How a provider differs in what it says. */
interface Accent {
  readonly model: string
  readonly thoughts?: fc.Arbitrary<Thoughts>
  /** Whether it declines in a member of its own, and tells several replies at once. */
  readonly isPlain?: boolean
  /** Counts of a whole reply. */
  readonly usage?: JsonObject
  /** The events that end a stream, made of its last one. */
  last?(chunk: JsonObject, usage: JsonObject): readonly JsonObject[]
  /** Members of a whole reply, and of the last word of a stream. */
  readonly beside?: JsonObject
  readonly breaks?: readonly string[]
  /** A message of a reply as it is to be told again. As it is, unless said otherwise. */
  original?(message: JsonObject): JsonObject
}

const USAGE = { prompt_tokens: 3, completion_tokens: 4, total_tokens: 7 }

const content = { content: fc.option(words), calls }
const plain = fc.record({ ...content, refusal: fc.constant(null) })
const declining = fc.record({ ...content, refusal: fc.option(words) })

interface Said {
  readonly content: string | null
  readonly refusal?: string | null
  readonly calls: readonly { readonly name: string; readonly input: JsonObject }[]
  readonly thoughts?: Thoughts | null
}

function mouth(accent: Accent): Mouth {
  const { model, thoughts, isPlain = true, breaks = [], original = (message) => message } = accent
  const saying = fc
    .tuple(isPlain ? plain : declining, thoughts ? fc.option(thoughts) : fc.constant(null))
    .map(([said, thoughts]): Said => ({ ...said, thoughts }))
    .filter(({ content, refusal, calls }) => Boolean(content ?? refusal) || calls.length > 0)
  return {
    model,
    replies: fc.array(saying, { minLength: 1, maxLength: isPlain ? 1 : 2 }).map((all) => completion(accent, all)),
    ending: (reason) => completion(accent, [{ content: 'Hi.', calls: [] }], reason),
    breaks,
    original: ({ choices }) => {
      const said: unknown = Array.isArray(choices) ? choices[0]?.message : undefined
      return gist(isObject(said) ? original(said) : {})
    },
    again: gist,
  }
}

/** A message without the members that say nothing. */
function gist({ role: _, ...members }: JsonObject): unknown {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value != null && value !== ''))
}

function completion(
  { model, usage = USAGE, beside, last = (chunk, usage) => [chunk, { ...chunk, choices: [], usage }] }: Accent,
  all: readonly Said[],
  reason?: string,
): Native {
  const head = { id: 'chatcmpl-1', created: 1767225600, model }
  const chunk = (choice: JsonObject): JsonObject => ({
    ...head,
    object: 'chat.completion.chunk',
    choices: [choice],
    usage: null,
  })
  const pieces = all.map(({ content, refusal = null, calls, thoughts }, index) => {
    const finish_reason = reason ?? (calls.length > 0 ? 'tool_calls' : 'stop')
    const tool_calls = calls.map(({ name, input }, order) => ({
      id: `call_${index}_${order}`,
      type: 'function',
      function: { name, arguments: JSON.stringify(input) },
    }))
    const aloud = typeof thoughts?.whole['content'] === 'string' ? thoughts.whole['content'] : ''
    const message = {
      role: 'assistant',
      refusal,
      ...thoughts?.whole,
      content: aloud === '' ? content : aloud + (content ?? ''),
      ...(calls.length > 0 && { tool_calls }),
    }
    const deltas: readonly JsonObject[] = [
      { role: 'assistant', content: null },
      ...(thoughts?.deltas ?? []),
      ...halves(content ?? '').map((content) => ({ content })),
      ...halves(refusal ?? '').map((refusal) => ({ refusal })),
      ...tool_calls.flatMap((call, order) => [
        { tool_calls: [{ ...call, index: order, function: { name: call.function.name, arguments: '' } }] },
        ...halves(call.function.arguments).map((piece) => ({
          tool_calls: [{ index: order, function: { arguments: piece } }],
        })),
      ]),
    ]
    return {
      choice: { index, message, logprobs: null, finish_reason },
      frames: [
        ...deltas.map((delta) => chunk({ index, delta, logprobs: null, finish_reason: null })),
        chunk({ index, delta: {}, logprobs: null, finish_reason }),
      ],
    }
  })
  const frames = pieces.flatMap(({ frames }) => frames)
  return {
    whole: { ...head, object: 'chat.completion', choices: pieces.map(({ choice }) => choice), usage, ...beside },
    frames: frames.flatMap((frame, index) =>
      index === frames.length - 1 ? last({ ...frame, ...beside }, usage) : [frame],
    ),
  }
}

/** Thoughts as one text, in a member of the message. */
function inMember(name: string): fc.Arbitrary<Thoughts> {
  return words.map((text) => ({ whole: { [name]: text }, deltas: halves(text).map((half) => ({ [name]: half })) }))
}

/** Thoughts between tags, before the words. Blanks beside the tags belong to neither. */
const aloud = words.map((text): Thoughts => {
  const tagged = `<think>\n${text.trim()}\n</think>\n\n`
  return { whole: { content: tagged }, deltas: halves(tagged).map((content) => ({ content })) }
})

/** Thoughts by the piece, as OpenRouter tells those of its providers: each with what proves or hides it. */
const detailed = fc
  .array(fc.record({ text: words, signature: sealed, isHidden: fc.boolean() }), { minLength: 1, maxLength: 2 })
  .map((all): Thoughts => {
    const details = all.map(({ text, signature, isHidden }, index) => {
      const facts = { type: isHidden ? 'reasoning.encrypted' : 'reasoning.text', format: 'anthropic-claude-v1', index }
      const said: JsonObject = isHidden ? { data: signature } : { text, signature }
      const pieces: readonly JsonObject[] = isHidden
        ? [said]
        : [...halves(text).map((text) => ({ text })), { signature }]
      return { whole: { ...facts, ...said }, pieces: pieces.map((piece): JsonObject => ({ ...facts, ...piece })) }
    })
    return {
      whole: { reasoning: null, reasoning_details: details.map(({ whole }) => whole) },
      deltas: details.flatMap(({ pieces }) =>
        pieces.map((piece) => ({ reasoning: piece['text'] ?? null, reasoning_details: [piece] })),
      ),
    }
  })

/** A message whose thoughts are not told again. */
function thoughtless({ reasoning: _, reasoning_content: __, ...message }: JsonObject): JsonObject {
  return message
}

function spokenAfter(content: Json | undefined): { readonly thought?: string; readonly content: string } {
  const [, thought, rest = ''] = /^<think>\n(.*)\n<\/think>\n\n(.*)$/su.exec(String(content)) ?? []
  return thought === undefined ? { content: String(content ?? '') } : { thought, content: rest.trimStart() }
}

/** A reply of OpenAI's, in both of its forms. */
export function openaiReply(said: Said): Native {
  return completion({ model: OPENAI }, [said])
}

const OPENAI = 'gpt-4o-mini'

/** What OpenAI may reply. */
export const openaiReplies = mouth({ model: OPENAI, isPlain: false })

/** What DeepSeek may reply: it thinks in a member of its own, and wants that back. */
export const deepseekReplies = mouth({
  model: 'deepseek-v4-pro',
  thoughts: inMember('reasoning_content'),
  usage: { ...USAGE, prompt_cache_hit_tokens: 2, prompt_cache_miss_tokens: 1 },
  // The counts come with the last word.
  last: (chunk, usage) => [{ ...chunk, usage }],
  breaks: ['insufficient_system_resource'],
})

/** What Groq may reply: its thoughts are not told again. */
export const groqReplies = mouth({
  model: 'openai/gpt-oss-120b',
  thoughts: inMember('reasoning'),
  beside: { x_groq: { id: 'req_1' } },
  original: thoughtless,
})

/** What xAI may reply: it counts its thoughts beside the answer, and on every chunk. */
export const xaiReplies = mouth({
  model: 'grok-4.5',
  thoughts: inMember('reasoning_content'),
  usage: { ...USAGE, total_tokens: 9, completion_tokens_details: { reasoning_tokens: 2 } },
  last: (chunk, usage) => [
    { ...chunk, usage: { ...usage, completion_tokens: 1 } },
    { ...chunk, choices: [], usage },
  ],
  original: thoughtless,
})

/** What OpenRouter may reply: thoughts in detail, which go back unchanged. */
export const openrouterReplies = mouth({
  model: 'anthropic/claude-sonnet-4.5',
  thoughts: detailed,
  breaks: ['error'],
  original: ({ reasoning: _, ...message }) => message,
})

/** What a server of one's own may reply: it thinks aloud, and takes its thoughts back under either name. */
export const vllmReplies = mouth({
  model: 'qwen3-8b',
  thoughts: aloud,
  breaks: ['abort'],
  original: (message) => {
    const { thought, content } = spokenAfter(message['content'])
    return { ...message, content, reasoning_content: thought, reasoning: thought }
  },
})
