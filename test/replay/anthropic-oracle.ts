/**
 * Reading Anthropic's messages, by the documentation of the Messages API: what a client must be told for each.
 *
 * @see https://platform.claude.com/docs/en/api/messages
 * @see https://platform.claude.com/docs/en/build-with-claude/streaming
 * @module
 */
import { anthropicFailure } from './anthropic-failure.ts'
import { foldMessage, type NativeBlock, type NativeMessage, streamMessage, wholeMessage } from './anthropic-message.ts'
import { differences, jsonLike, Like, maybe } from './compare.ts'
import { type Expected, NOW, type Oracle, TRUNCATED, whole } from './oracle.ts'
import { isMembers, list, members, type Members, number, others, text } from './reading.ts'
import type { RecordedReply } from './recordings.ts'

/** Reads replies of the Messages API. */
export const anthropicOracle: Oracle = {
  read(legs, model) {
    const messages = legs.map(foldMessage)
    const broken = legs.map((leg, index) => failureOf(leg, messages[index])).find((failure) => failure !== undefined)
    return broken ?? { type: 'completion', completion: completion(messages, model) }
  },
  translate(reply) {
    const message = foldMessage(reply)
    return reply.kind === 'sse' ? wholeMessage(message) : streamMessage(message)
  },
  pauses: (reply) => reply.status < 400 && foldMessage(reply).ending['stop_reason'] === 'pause_turn',
  rest: whole({
    id: 'msg_rest',
    type: 'message',
    role: 'assistant',
    model: 'some-model',
    content: [{ type: 'text', text: ' That is all.' }],
    stop_reason: 'end_turn',
    stop_sequence: null,
    usage: { input_tokens: 5, output_tokens: 4, server_tool_use: { web_search_requests: 1, web_fetch_requests: 0 } },
  }),
  echo(legs, sent) {
    const said = legs
      .flatMap((leg) => foldMessage(leg).blocks)
      .map(({ value, input }) => plain(input ? { ...value, input: JSON.parse(input) } : value))
    const told = list(members(sent)['messages'])
      .map(members)
      .find(({ role }) => role === 'assistant')
    const content = told?.['content']
    const blocks =
      typeof content === 'string'
        ? [{ type: 'text', text: content }]
        : list(content).map((block) => plain(members(block)))
    return differences(said.filter(isSayable), blocks, 'content')
  },
}

/** What a block means, without what a client may lose: marks of ours, and citations, which only the reader needs. */
function plain(block: Members): Members {
  const { cache_control: _, caller, citations: __, ...rest } = block
  if (!KNOWN.has(text(block['type']))) return others({ ...block, cache_control: null }, [])
  return others({ ...rest, ...(members(caller)['type'] !== 'direct' && { caller }) }, [])
}

/** The API refuses empty text. */
function isSayable(block: Members): boolean {
  return block['type'] !== 'text' || text(block['text']).trim() !== ''
}

function failureOf(reply: RecordedReply, message: NativeMessage | undefined): Expected | undefined {
  if (reply.status >= 400)
    return { type: 'failure', failure: anthropicFailure(reply.status, members(reply.body)['error']) }
  if (message?.error)
    return { type: 'failure', failure: { ...anthropicFailure(undefined, message.error), midway: true } }
  if (message?.ending['stop_reason'] != null) return undefined
  return { type: 'failure', failure: { ...TRUNCATED, message: new Like('some words', (said) => said !== '') } }
}

const FINISH: Readonly<Record<string, string>> = {
  tool_use: 'tool_calls',
  max_tokens: 'length',
  model_context_window_exceeded: 'length',
  refusal: 'content_filter',
}

/** Blocks with a place of their own in OpenAI's message. All others are for the provider's eyes only. */
const KNOWN = new Set(['text', 'thinking', 'redacted_thinking', 'tool_use'])

function completion(messages: readonly NativeMessage[], model: string): Members {
  const first = messages[0]
  const blocks = messages.flatMap((message) => message.blocks)
  const ending = messages.at(-1)?.ending ?? {}
  const raw = text(ending['stop_reason'])
  const called = blocks.some(({ value }) => value['type'] === 'tool_use')
  const word = FINISH[raw] ?? 'stop'
  const reason = word === 'stop' && called && raw !== 'stop_sequence' ? 'tool_calls' : word
  const usages = messages.map((message) => message.usage)
  const tier = usages.map(tierOf).findLast((told) => told !== undefined)
  return {
    id: `chatcmpl-${text(first?.head['id'])}`,
    object: 'chat.completion',
    created: NOW / 1000,
    model: first?.head['model'],
    choices: [
      {
        index: 0,
        message: message(blocks, ending, model, word === 'length'),
        finish_reason: reason,
        ...(raw !== reason && { native_finish_reason: raw }),
        ...others(ending, ['stop_reason']),
      },
    ],
    usage: usage(usages),
    ...(tier && { service_tier: tier }),
    ...Object.assign({}, ...messages.map((message) => message.facts)),
  }
}

function message(blocks: readonly NativeBlock[], ending: Members, model: string, cut: boolean): Members {
  const texts = blocks.filter(({ value }) => value['type'] === 'text').map(({ value }) => value)
  const thoughts = blocks.map(({ value }) => text(value['thinking'])).filter((thought) => thought !== '')
  const calls = blocks.filter(({ value }) => value['type'] === 'tool_use').map((block) => call(block, cut))
  const details = detailsOf(blocks, model)
  const refusal = members(ending['stop_details'])['explanation'] ?? 'The model declined to respond.'
  return {
    role: 'assistant',
    content: texts.length > 0 ? texts.map((block) => text(block['text'])).join('') : null,
    refusal: ending['stop_reason'] === 'refusal' ? refusal : null,
    ...(thoughts.length > 0 && { reasoning_content: thoughts.join('\n\n') }),
    ...(calls.length > 0 && { tool_calls: calls }),
    ...(details.length > 0 && { reasoning_details: details }),
    ...sources(texts),
  }
}

function call({ value, input, closed }: NativeBlock, cut: boolean): Members {
  const { id, name, caller, toolset_name } = value
  const indirect = isMembers(caller) && caller['type'] !== 'direct'
  const extra = { ...(indirect && { caller }), ...(toolset_name != null && { toolset_name }) }
  const empty = Object.keys(members(value['input'])).length === 0
  // What streamed is told as it came, cut or not. Only an input that never came is made up for, and only where it is complete.
  const told = input ? input : cut && (!closed || empty) ? maybe('{}') : jsonLike(value['input'] ?? {})
  return {
    id,
    type: 'function',
    function: { name, arguments: input === '' && cut && !closed ? '' : told },
    ...(Object.keys(extra).length > 0 && { extra_content: { 'anthropic-claude-v1': extra } }),
  }
}

function detailsOf(blocks: readonly NativeBlock[], model: string): readonly Members[] {
  const origin = { format: 'anthropic-claude-v1', model }
  const thoughts = blocks.filter(({ value }) => text(value['type']).endsWith('thinking'))
  const entries = thoughts.map(({ value }, index) => {
    const { type, thinking, signature, data } = value
    if (type === 'redacted_thinking') return { type: 'reasoning.encrypted', data, ...origin, index }
    return { type: 'reasoning.text', text: thinking, ...(signature !== '' && { signature }), ...origin, index }
  })
  const kinds = blocks.map(({ value }) => RANK[text(value['type'])] ?? Number.NaN)
  const plain = kinds.every(
    (rank, at) => at === 0 || (rank === TEXT ? rank > Number(kinds[at - 1]) : rank >= Number(kinds[at - 1])),
  )
  if (plain && !kinds.some(Number.isNaN)) return entries
  const data = new Like('a snapshot of all blocks in order', (actual) => fits(actual, blocks))
  return [...entries, { type: 'reasoning.encrypted', data, format: 'dragoman-blocks-v1', index: entries.length }]
}

const TEXT = 1
/** The order in which OpenAI's message can be read back without being told. */
const RANK: Readonly<Record<string, number>> = { thinking: 0, redacted_thinking: 0, text: TEXT, tool_use: 2 }

/** Whether a snapshot tells the order of the blocks, and those that are told nowhere else word by word. */
function fits(snapshot: unknown, blocks: readonly NativeBlock[]): boolean {
  if (typeof snapshot !== 'string') return false
  const parsed: unknown = JSON.parse(Buffer.from(snapshot, 'base64url').toString('utf8'))
  // A refusal is not a block of the provider's, but one of ours.
  const steps = list(members(parsed)['blocks'])
    .map(members)
    .filter(({ f }) => f === undefined)
  let thoughts = 0
  const wanted = blocks.map(({ value, input }): unknown => {
    const type = text(value['type'])
    if (type === 'text') return { t: text(value['text']).length }
    if (type === 'tool_use') return { c: value['id'] }
    if (KNOWN.has(type)) return { r: thoughts++ }
    const native = input ? { ...value, input: JSON.parse(input) } : value
    return { o: jsonLike(native), format: 'anthropic-claude-v1', model: new Like('any model', () => true) }
  })
  return differences(wanted, steps).length === 0
}

/** Citations, spread over the block of text they belong to, in code points of the whole content. */
function sources(texts: readonly Members[]): Members {
  const annotations: unknown[] = []
  const documents: unknown[] = []
  let start = 0
  for (const block of texts) {
    const end = start + [...text(block['text'])].length
    for (const citation of list(block['citations']).map(members)) {
      const url = text(citation['url'] ?? citation['source'])
      const title = citation['title'] ?? citation['document_title']
      const span = { start_index: start, end_index: end }
      if (/^https?:/u.test(url))
        annotations.push({ type: 'url_citation', url_citation: { ...span, url, title: title ?? url } })
      else documents.push({ type: 'document', ...span, title, document: citation })
    }
    start = end
  }
  return { ...(annotations.length > 0 && { annotations }), ...(documents.length > 0 && { citations: documents }) }
}

/** Counts with a place of their own in OpenAI's usage, and words that are none. */
const COUNTED = [
  'input_tokens',
  'output_tokens',
  'cache_read_input_tokens',
  'cache_creation_input_tokens',
  'output_tokens_details',
]

function usage(usages: readonly Members[]): Members {
  const sum = (pick: (usage: Members) => unknown): number | undefined => {
    const counts = usages.map((usage) => number(pick(usage))).filter((count) => count !== undefined)
    return counts.length > 0 ? counts.reduce((total, count) => total + count, 0) : undefined
  }
  const cached = sum((usage) => usage['cache_read_input_tokens'])
  const written = sum((usage) => usage['cache_creation_input_tokens'])
  const thought = sum((usage) => members(usage['output_tokens_details'])['thinking_tokens'])
  const input = (sum((usage) => usage['input_tokens']) ?? 0) + (cached ?? 0) + (written ?? 0)
  const output = sum((usage) => usage['output_tokens']) ?? 0
  const further = others(usages.reduce(summed), COUNTED)
  return {
    prompt_tokens: input,
    completion_tokens: output,
    total_tokens: input + output,
    prompt_tokens_details: present({ cached_tokens: cached, cache_write_tokens: written }),
    completion_tokens_details: present({ reasoning_tokens: thought }),
    ...Object.fromEntries(
      Object.entries(further).map(([name, value]) => [name, name === 'server_tool_use' ? value : maybe(value)]),
    ),
  }
}

/** Counts of two calls that make one reply, added up at any depth; of words, the later. */
function summed(one: Members, other: Members): Members {
  const sum: Record<string, unknown> = { ...one }
  for (const [name, value] of Object.entries(other)) {
    const known = sum[name]
    if (typeof value === 'number') sum[name] = (number(known) ?? 0) + value
    else sum[name] = isMembers(value) && isMembers(known) ? summed(known, value) : value
  }
  return sum
}

function present(counts: Members): Members | undefined {
  return Object.values(counts).some((count) => count !== undefined) ? counts : undefined
}

function tierOf({ speed, service_tier }: Members): string | undefined {
  if (speed === 'fast') return 'fast'
  return service_tier === 'standard' ? 'default' : service_tier === 'priority' ? 'priority' : undefined
}
