/**
 * Anthropic's two forms of a reply, turned into each other by the judge's own reader.
 *
 * @module
 */
import { sse, whole } from './oracle.ts'
import { events, json, list, members, type Members, others, text } from './reading.ts'
import type { RecordedReply } from './recordings.ts'

/** One block of a reply. */
export interface NativeBlock {
  readonly value: Members
  /** Its input as it streamed; absent where it came whole. */
  readonly input?: string
  readonly closed: boolean
}

/** A reply, whichever way it came. */
export interface NativeMessage {
  readonly head: Members
  readonly blocks: readonly NativeBlock[]
  readonly ending: Members
  readonly usage: Members
  /** Members with no place of their own, like `container`. */
  readonly facts: Members
  /** The error that ended it. */
  readonly error?: unknown
}

const HEAD = ['id', 'type', 'role', 'model']
const ENDING = ['stop_reason', 'stop_sequence', 'stop_details']
const OWN = [...HEAD, ...ENDING, 'content', 'usage']

/** A message while it streams in. */
interface Draft {
  head: Members
  readonly blocks: { value: Record<string, unknown>; input?: string; closed: boolean }[]
  readonly ending: Record<string, unknown>
  readonly usage: Record<string, unknown>
  readonly facts: Record<string, unknown>
  error?: unknown
}

/** Reads a reply in either form. */
export function foldMessage({ kind, body, status }: RecordedReply): NativeMessage {
  if (kind !== 'sse' || status >= 400) return fromWhole(members(body))
  const draft: Draft = { head: {}, blocks: [], ending: {}, usage: {}, facts: {} }
  for (const event of events(text(body))) take(draft, members(json(event)))
  return draft
}

function take(draft: Draft, event: Members): void {
  const { type, index, message, content_block, delta, usage, error, ...rest } = event
  switch (type) {
    case 'message_start': {
      const started = fromWhole(members(message))
      draft.head = started.head
      Object.assign(draft.usage, started.usage)
      Object.assign(draft.facts, started.facts)
      break
    }
    case 'content_block_start':
      draft.blocks[Number(index)] = { value: { ...members(content_block) }, closed: false }
      break
    case 'content_block_delta':
      grow(known(draft, index), members(delta))
      break
    case 'content_block_stop':
      known(draft, index).closed = true
      break
    case 'message_delta':
      Object.assign(draft.ending, others(delta, ['container']))
      Object.assign(draft.usage, others(usage, []))
      Object.assign(draft.facts, others({ ...rest, container: members(delta)['container'] }, []))
      break
    case 'error':
      draft.error = error
      break
  }
}

function known({ blocks }: Draft, index: unknown): Draft['blocks'][number] {
  const block = blocks[Number(index)]
  if (!block) throw new TypeError(`The recorded stream goes on with block ${String(index)}, which never started.`)
  return block
}

function fromWhole(body: Members): NativeMessage {
  const pick = (names: readonly string[]): Members =>
    Object.fromEntries(Object.entries(body).filter(([name, value]) => names.includes(name) && value != null))
  return {
    head: pick(HEAD),
    blocks: list(body['content']).map((value) => ({ value: members(value), closed: true })),
    ending: pick(ENDING),
    usage: others(body['usage'], []),
    facts: others(body, OWN),
  }
}

function grow(block: { value: Record<string, unknown>; input?: string }, delta: Members): void {
  const { value } = block
  const append = (name: string): void => {
    value[name] = text(value[name]) + text(delta[name])
  }
  switch (delta['type']) {
    case 'text_delta':
      return append('text')
    case 'thinking_delta':
      return append('thinking')
    case 'signature_delta':
      return append('signature')
    case 'input_json_delta':
      block.input = (block.input ?? '') + text(delta['partial_json'])
      return
    case 'citations_delta':
      value['citations'] = [...list(value['citations']), delta['citation']]
      return
    default:
      throw new TypeError(
        `The recorded stream has a delta of type ${String(delta['type'])}, which this judge does not know.`,
      )
  }
}

/** The reply as a whole body; nothing for one that was cut, which has no whole form of its own. */
export function wholeMessage({ head, blocks, ending, usage, facts, error }: NativeMessage): RecordedReply | undefined {
  if (error || ending['stop_reason'] == null || blocks.some(({ closed }) => !closed)) return undefined
  const content = blocks.map(({ value, input }) => (input ? { ...value, input: JSON.parse(input) } : value))
  return whole({ ...head, content, ...ending, usage, ...facts })
}

/** The reply as a stream: what a stream tells piece by piece comes in pieces. */
export function streamMessage({ head, blocks, ending, usage, facts }: NativeMessage): RecordedReply | undefined {
  if (ending['stop_reason'] == null) return undefined
  const { container, context_management, ...early } = facts
  const { server_tool_use, iterations, output_tokens_details, ...counts } = usage
  const start = {
    ...head,
    ...early,
    content: [],
    stop_reason: null,
    stop_sequence: null,
    usage: { ...counts, output_tokens: 1 },
  }
  const end = { ...counts, server_tool_use, iterations, output_tokens_details }
  return sse([
    { type: 'message_start', message: start },
    { type: 'ping' },
    ...blocks.flatMap(({ value }, index) => [
      ...pieces(value).map((piece, at) =>
        at === 0
          ? { type: 'content_block_start', index, content_block: piece }
          : { type: 'content_block_delta', index, delta: piece },
      ),
      { type: 'content_block_stop', index },
    ]),
    { type: 'message_delta', delta: { ...ending, container }, usage: end, context_management },
    { type: 'message_stop' },
  ])
}

/** A block as it starts, and the deltas that complete it. */
function pieces(value: Members): readonly Members[] {
  const { type, text: words, thinking, signature, citations, input } = value
  if (type === 'text') {
    const cited = list(citations).map((citation) => ({ type: 'citations_delta', citation }))
    return [{ type, text: '' }, ...cited, ...halves(text(words)).map((half) => ({ type: 'text_delta', text: half }))]
  }
  if (type === 'thinking') {
    const deltas = halves(text(thinking)).map((half) => ({ type: 'thinking_delta', thinking: half }))
    return [
      { type, thinking: '', signature: '' },
      ...deltas,
      ...(signature ? [{ type: 'signature_delta', signature }] : []),
    ]
  }
  if (input === undefined) return [value]
  const typed = Object.keys(members(input)).length > 0 ? halves(JSON.stringify(input)) : []
  return [{ ...value, input: {} }, ...['', ...typed].map((half) => ({ type: 'input_json_delta', partial_json: half }))]
}

function halves(words: string): readonly string[] {
  const middle = Math.ceil(words.length / 2)
  return [words.slice(0, middle), words.slice(middle)].filter((half) => half !== '')
}
