/**
 * Reading Converse's replies, by the documentation of its API: what a client must be told for each.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html
 * @module
 */
import { type ConverseReply, foldConverse, streamConverse, wholeConverse } from './bedrock-message.ts'
import { differences, jsonLike, Like } from './compare.ts'
import { type Expected, KEY_REFUSED, NOW, type Oracle, TRUNCATED } from './oracle.ts'
import { isMembers, list, members, type Members, number, others, text } from './reading.ts'
import type { RecordedReply } from './recordings.ts'

/** Reads replies of Converse and ConverseStream. */
export const bedrockOracle: Oracle = {
  read([reply], model) {
    if (!reply) throw new TypeError('There is no reply to read.')
    if (reply.status >= 400) return refused(reply)
    const folded = foldConverse(reply)
    if (folded.stopReason !== '') return { type: 'completion', completion: completion(folded, model) }
    return { type: 'failure', failure: { ...TRUNCATED, message: some('some words') } }
  },
  translate(reply) {
    if (reply.status >= 400) return undefined
    const folded = foldConverse(reply)
    return reply.kind === 'json' ? streamConverse(folded) : wholeConverse(folded)
  },
  pauses: () => false,
  echo([reply], sent) {
    const said = reply ? foldConverse(reply).blocks.flatMap(sayable) : []
    const told = list(members(sent)['messages'])
      .map(members)
      .find(({ role }) => role === 'assistant')
    const blocks = list(told?.['content'])
      .map((block) => others(block, []))
      .filter((block) => !('cachePoint' in block))
    return differences(said, blocks, 'content')
  },
}

function some(says: string): Like {
  return new Like(says, (said) => typeof said === 'string' && said !== '')
}

/** A block as it may be said again: without blank text, sources, unsigned thoughts, and the provider's own tools. */
function sayable(block: Members): readonly Members[] {
  if (!isOwn(block)) return []
  const words = wordsOf(block)
  if (words !== undefined) return words.trim() === '' ? [] : [{ text: words }]
  const { signature } = members(members(block['reasoningContent'])['reasoningText'])
  const { redactedContent } = members(block['reasoningContent'])
  if ('reasoningContent' in block) return signature || redactedContent ? [block] : []
  const { type: _, ...call } = members(block['toolUse'])
  return [{ toolUse: call }]
}

/** Whether a block is the model's, not a tool of the provider's at work. */
function isOwn({ toolUse, toolResult }: Members): boolean {
  return toolResult === undefined && members(toolUse)['type'] !== 'server_tool_use'
}

function wordsOf({ text: words, citationsContent }: Members): string | undefined {
  if (citationsContent === undefined) return typeof words === 'string' ? words : undefined
  return list(members(citationsContent)['content'])
    .map((piece) => text(members(piece)['text']))
    .join('')
}

function refused({ status, body }: RecordedReply): Expected {
  const said = text(members(body)['message'])
  const known = { status, midway: false, param: null, code: null, type: 'invalid_request_error', message: said }
  if (status === 403)
    return { type: 'failure', failure: { ...KEY_REFUSED, midway: false, message: some('words of its own') } }
  if (said.includes('model identifier is invalid'))
    return { type: 'failure', failure: { ...known, status: 404, code: 'model_not_found', param: 'model' } }
  if (said.includes('Input Tokens Exceeded'))
    return { type: 'failure', failure: { ...known, code: 'context_length_exceeded', param: 'messages' } }
  return { type: 'failure', failure: known }
}

const FINISH: Readonly<Record<string, string>> = {
  max_tokens: 'length',
  model_context_window_exceeded: 'length',
  content_filtered: 'content_filter',
  guardrail_intervened: 'content_filter',
}

function completion({ blocks, stopReason: raw, further, metadata }: ConverseReply, model: string): Members {
  const calls = blocks.filter((block) => isOwn(block) && 'toolUse' in block)
  const word = FINISH[raw] ?? 'stop'
  const reason = word === 'stop' && calls.length > 0 && raw !== 'stop_sequence' ? 'tool_calls' : word
  // Streams are padded against listeners.
  const { usage, serviceTier, p: _, ...facts } = metadata
  const fired = members(members(further)['delta'])['stop_sequence']
  const tier = members(serviceTier)['type']
  return {
    id: new Like('an id', (id) => /^chatcmpl-./u.test(text(id))),
    object: 'chat.completion',
    created: NOW / 1000,
    model,
    choices: [
      {
        index: 0,
        message: message(blocks, model),
        finish_reason: reason,
        ...(raw !== reason && { native_finish_reason: raw }),
        ...(fired === undefined ? { additionalModelResponseFields: further } : { stop_sequence: fired }),
      },
    ],
    usage: spent(members(usage)),
    ...(tier !== undefined && { service_tier: tier }),
    ...facts,
  }
}

function message(blocks: readonly Members[], model: string): Members {
  const texts = blocks.map(wordsOf).filter((words) => words !== undefined && words !== '')
  const thoughts = blocks.map((block) => text(members(members(block['reasoningContent'])['reasoningText'])['text']))
  const details = detailsOf(blocks, model)
  const calls = blocks
    .filter((block) => isOwn(block) && 'toolUse' in block)
    .map(({ toolUse }) => call(members(toolUse)))
  return {
    role: 'assistant',
    content: texts.length > 0 ? texts.join('') : null,
    refusal: null,
    ...(thoughts.some(Boolean) && { reasoning_content: thoughts.filter(Boolean).join('\n\n') }),
    ...(calls.length > 0 && { tool_calls: calls }),
    ...(details.length > 0 && { reasoning_details: details }),
    ...sources(blocks),
  }
}

function call({ toolUseId, name, input }: Members): Members {
  return { id: toolUseId, type: 'function', function: { name, arguments: jsonLike(input) } }
}

function detailsOf(blocks: readonly Members[], model: string): readonly Members[] {
  const origin = { format: 'bedrock-converse', model }
  const thoughts = blocks
    .filter((block) => 'reasoningContent' in block)
    .map((block) => members(block['reasoningContent']))
  const entries = thoughts.map(({ reasoningText, redactedContent }, index) => {
    const { text: words, signature } = members(reasoningText)
    if (redactedContent !== undefined) return { type: 'reasoning.encrypted', data: redactedContent, ...origin, index }
    return { type: 'reasoning.text', text: words, ...(signature !== undefined && { signature }), ...origin, index }
  })
  const ranks = blocks.flatMap((block) => (wordsOf(block) === '' ? [] : [rankOf(block)]))
  const plain = ranks.every(
    (rank, at) => at === 0 || (rank === TEXT ? rank > Number(ranks[at - 1]) : rank >= Number(ranks[at - 1])),
  )
  if (plain && !ranks.some(Number.isNaN)) return entries
  const order = { type: 'reasoning.encrypted', data: some('a snapshot'), format: 'dragoman-blocks-v1' }
  return [...entries, { ...order, index: entries.length }]
}

const TEXT = 1

/** The order in which OpenAI's message can be read back without being told. */
function rankOf(block: Members): number {
  if (!isOwn(block)) return Number.NaN
  if ('reasoningContent' in block) return 0
  return 'toolUse' in block ? 2 : TEXT
}

/** Sources, spread over the block they belong to: their own words, or for those without any the words before. */
function sources(blocks: readonly Members[]): Members {
  const annotations: unknown[] = []
  const documents: unknown[] = []
  let start = 0
  let end = 0
  for (const block of blocks) {
    const words = wordsOf(block) ?? ''
    if (words !== '') {
      start = end
      end += [...words].length
    }
    for (const citation of list(members(block['citationsContent'])['citations']).map(members)) {
      const url = text(members(members(citation['location'])['web'])['url'] ?? citation['source'])
      const span = { start_index: start, end_index: end }
      const { title } = citation
      if (/^https?:/u.test(url))
        annotations.push({ type: 'url_citation', url_citation: { ...span, url, title: title ?? url } })
      else documents.push({ type: 'document', ...span, title, document: citation })
    }
  }
  return { ...(annotations.length > 0 && { annotations }), ...(documents.length > 0 && { citations: documents }) }
}

function spent(usage: Members): Members {
  const count = (name: string): number => number(usage[name]) ?? 0
  const { cacheReadInputTokens: cached, cacheWriteInputTokens: written, cacheDetails, serverToolUsage } = usage
  const input = count('inputTokens') + count('cacheReadInputTokens') + count('cacheWriteInputTokens')
  return {
    prompt_tokens: input,
    completion_tokens: count('outputTokens'),
    total_tokens: input + count('outputTokens'),
    ...((cached !== undefined || written !== undefined) && {
      prompt_tokens_details: { cached_tokens: cached, cache_write_tokens: written },
    }),
    ...(cacheDetails !== undefined && { cache_details: cacheDetails }),
    ...(isMembers(serverToolUsage) &&
      Object.keys(serverToolUsage).length > 0 && { server_tool_usage: serverToolUsage }),
  }
}
