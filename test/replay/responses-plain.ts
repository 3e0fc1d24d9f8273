/**
 * Responses and their events without what is different every time, and reasons for what is different all the same.
 *
 * @module
 */
import { list, members, type Members, text } from './reading.ts'

/** Whether an item is of a kind that every provider has. The others are about tools that OpenAI runs. */
export function isOurs(item: Members): boolean {
  const { type, summary, content, encrypted_content: sealed } = item
  // Thoughts that are neither told nor sealed say nothing.
  if (type === 'reasoning') return list(summary).length > 0 || list(content).length > 0 || text(sealed) !== ''
  return KINDS.has(text(type))
}

const KINDS: ReadonlySet<string> = new Set(['message', 'function_call', 'custom_tool_call', 'image_generation_call'])

/** A response. Of those who only imitate OpenAI's, what everybody must have. */
export function plainResponse(response: Members, isOpenAI: boolean): Members {
  const { output, status = 'completed', usage, incomplete_details: details, tools } = response
  const items = merged(list(output).map(members).filter(isOurs))
  if (isOpenAI) {
    const own = list(tools).filter((tool) => isOffered(members(tool)))
    return { ...members(plain(response)), status, output: items.map(plain), tools: own }
  }
  const { input_tokens: input, output_tokens: made } = members(usage)
  return { status, incomplete_details: details ?? null, usage: { input, output: made }, output: items.map(essential) }
}

/** Whether a tool is the client's own, and not one that stands for many. */
export function isOffered({ type }: Members): boolean {
  return type === 'function' || type === 'custom'
}

/** Items with those that follow their like as one: what stood between them was not ours. */
function merged(items: readonly Members[]): readonly Members[] {
  const whole: Members[] = []
  for (const item of items) {
    const last = whole.at(-1)
    const { type, summary, content } = item
    if (last && last['type'] === type && (type === 'reasoning' || type === 'message')) {
      const [former] = list(last['content']).map(members)
      const [latter] = list(content).map(members)
      const text_ = { ...former, ...latter, text: text(former?.['text']) + text(latter?.['text']) }
      whole[whole.length - 1] =
        type === 'message'
          ? { ...last, content: [text_] }
          : {
              ...item,
              summary: [...list(last['summary']), ...list(summary)],
              ...(content !== undefined && { content: [...list(last['content']), ...list(content)] }),
            }
    } else whole.push(item)
  }
  return whole
}

/** Whether events can be compared one by one: no items of ours become one where others between them are left out. */
export function isComparable(output: unknown): boolean {
  const items = list(output).map(members).filter(isOurs)
  return merged(items).length === items.length
}

/** Events that can be compared: of items that are ours, with a text in one piece, and its sources behind it. */
export function plainEvents(events: readonly Members[]): readonly unknown[] {
  const told: Members[] = []
  let sources: Members[] = []
  for (const event of ourEvents(events)) {
    const { type, response, delta, logprobs } = event
    const last = told.at(-1)
    if (type === 'response.output_text.done') {
      told.push(...sources)
      sources = []
    }
    // Some tell sources where they belong, others when the text is over.
    if (type === 'response.output_text.annotation.added') sources.push(event)
    else if (last?.['type'] === type && delta !== undefined) {
      const weights = [...list(last?.['logprobs']), ...list(logprobs)]
      const whole = { ...last, delta: text(last?.['delta']) + text(delta) }
      told[told.length - 1] = { ...whole, ...(logprobs !== undefined && { logprobs: weights }) }
    }
    // What a response is, is judged where it is whole.
    else told.push(response === undefined ? event : { type })
  }
  return told.map(plain)
}

/** The events about items that are ours, counted without the others. */
function ourEvents(events: readonly Members[]): readonly Members[] {
  const done = events.filter(({ type }) => type === 'response.output_item.done')
  const foreign = new Set(done.filter(({ item }) => !isOurs(members(item))).map((event) => event['output_index']))
  const places = new Map<unknown, number>()
  return events.flatMap(({ sequence_number: _, obfuscation: __, ...event }): readonly Members[] => {
    const { type, output_index: index, annotation } = event
    if (index === undefined) return [event]
    if (foreign.has(index) || DRAWING.test(text(type)) || (annotation !== undefined && !isPlaced(annotation))) return []
    const place = places.get(index) ?? places.size
    places.set(index, place)
    return [{ ...event, output_index: place }]
  })
}

/** How far a picture is, is told by those who can show one that is not done. */
const DRAWING = /^response\.image_generation_call\.(?:generating|partial_image|completed)$/u

/** A value without what is different every time: ids but for their beginnings, times, and what is sealed. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => {
      if (typeof member === 'string' && /^(?:item_)?id$/u.test(name))
        return [name, member.slice(0, member.indexOf('_') + 1)]
      if (name === 'annotations') return [name, list(member).filter(isPlaced).map(plain)]
      if (name === 'completed_at' && typeof member === 'number') return [name, 'a time']
      if (name === 'encrypted_content' && typeof member === 'string') return [name, 'sealed']
      // OpenAI rounds what it told before.
      if (name === 'logprob') return [name, Number(Number(member).toFixed(4))]
      return [name, plain(member)]
    }),
  )
}

/** Whether a source is a page, and says where it belongs. Others are files that only OpenAI has. */
function isPlaced(annotation: unknown): boolean {
  const { type, start_index: start } = members(annotation)
  return type === 'url_citation' && start !== undefined
}

/** What an item says. */
function essential(item: Members): Members {
  const { type, summary, content, name, namespace, call_id: id, arguments: input, input: free, result } = item
  const words = [...list(summary), ...list(content)].map(members)
  const said = words.map(({ text: told, refusal }) => text(told ?? refusal)).filter((told) => told !== '')
  return { type, said, name, namespace, id, input: input ?? free, result }
}

/** Why something is told otherwise than it was recorded, where that is known. */
export function excuseFor(path: string, expected: string): string | undefined {
  return EXCUSES.find(([where, when]) => where.test(path) && (when === undefined || when === expected))?.[2]
}

const ABSENT = 'absent'
const NULL = 'null'
const NEWER = 'a member that is newer than the recording'
const UNASKED = 'an optional member, told only where it was asked for'
const HOSTED = 'about tools that OpenAI runs'
const OF_OPENAI = 'about an account with OpenAI, or settings that nobody else has'
const PICTURE = 'how a picture was made, for which other APIs have no words'

/** Where, what it was recorded as where that matters, and why. */
const EXCUSES: readonly (readonly [where: RegExp, recorded: string | undefined, says: string])[] = [
  [/^(?:access_programs|background|completed_at|max_tool_calls|store|top_logprobs|truncation|user)$/u, ABSENT, NEWER],
  [/^(?:parallel_tool_calls|text|tool_choice|status|safety_identifier|reasoning\.summary)$/u, ABSENT, NEWER],
  [/^usage\.input_tokens_details\.cache_write_tokens$/u, ABSENT, NEWER],
  [/\.logprobs$/u, ABSENT, NEWER],
  [/^events\[\d+\]\.name$/u, ABSENT, NEWER],
  [/^(?:prompt_cache_key|prompt_cache_retention|safety_identifier|moderation)$/u, NULL, UNASKED],
  [/^reasoning(?:\.generate_summary)?$/u, NULL, UNASKED],
  [/^reasoning\.generate_summary$/u, undefined, 'the older name of `summary`, which is told'],
  [/^(?:frequency|presence)_penalty$|^billing$|^content_filters$|^conversation$|^moderation$/u, undefined, OF_OPENAI],
  [/^reasoning\.(?:context|mode)$|^prompt_cache_options$|^previous_response_id$/u, undefined, OF_OPENAI],
  [/^(?:output\[\d+\]|events\[\d+\]\.item)\.status$/u, '"generating"', HOSTED],
  [/^(?:output\[\d+\]|events\[\d+\]\.item)\.status$/u, '"in_progress"', HOSTED],
  [/^service_tier$/u, '"auto"', 'the tier that was asked for: nobody answered'],
  [/^truncation$/u, '"auto"', 'the effective value: nobody else cuts'],
  [/^tool_usage$|\.caller$/u, undefined, HOSTED],
  [/^tool_choice$/u, '"required"', HOSTED],
  [/^(?:output\[\d+\]|events\[\d+\]\.item)\.(?:action|background|quality|revised_prompt|size)$/u, undefined, PICTURE],
  [
    /^(?:output\[\d+\]|events\[\d+\]\.item)\.phase$/u,
    undefined,
    "which part of an answer a message is: other APIs don't say",
  ],
  [/^(?:output\[\d+\]|events\[\d+\]\.item)\.status$/u, ABSENT, 'the status of thoughts, which is optional'],
  [/^(?:output\[\d+\]|events\[\d+\]\.item)\.content$/u, '[]', 'thoughts in full, which nobody tells beside a summary'],
  [/^events\[\d+\]\.item\.(?:output_format|result)$/u, ABSENT, 'what a picture is to be, told when it begins'],
  [/^events\[\d+\]\.item\.encrypted_content$/u, '"sealed"', 'sealed when the thoughts are over, and not before'],
  [/^events\[\d+\]\.part\.logprobs$/u, '[]', 'logprobs that OpenAI leaves out of the end of a part'],
  [
    /^events\[\d+\]\.(?:code|message|param)$/u,
    ABSENT,
    "an error in the form of OpenAI's types besides that of its API",
  ],
]
