/**
 * A conversation, in the words of OpenAI's chat API.
 *
 * @module
 */
import type { Warn } from '../../src/adapter.ts'
import type {
  AssistantMessage,
  Block,
  CacheMark,
  ChatRequest,
  Content,
  JsonObject,
  Message,
  Origin,
  Part,
  Source,
  ToolBlock,
  ToolMessage,
} from '../../src/canonical.ts'
import { badRequest } from '../../src/errors.ts'
import { isObject, rawJson } from '../../src/wire/json.ts'
import { alternating } from './alternation.ts'
import type { Dialect } from './dialect.ts'
import { callId, toolName } from './names.ts'

/** What every part of the encoding needs to know. */
export interface Task {
  readonly dialect: Dialect
  readonly request: ChatRequest
  readonly warn: Warn
}

/** All messages, as the provider wants them in turn. */
export function encodeMessages(task: Task): readonly JsonObject[] {
  const said = encodeAll(task)
  return task.dialect.alternates ? alternating(said, task.warn) : said
}

/** All messages, with the gateway's own directives after the leading instructions. */
function encodeAll(task: Task): readonly JsonObject[] {
  const { request } = task
  const directives = (request.directives ?? []).map((content) => ({ role: 'system', content }))
  const body = request.messages.findIndex(({ role }) => role !== 'system' && role !== 'developer')
  const said: JsonObject[] = []
  // Answers of tools are text only, and stand together: their media follow the last of them.
  let attached: JsonObject[] = []
  request.messages.forEach((message, index) => {
    if (index === body) said.push(...directives)
    if (message.role !== 'tool') {
      if (attached.length > 0) said.push({ role: 'user', content: attached })
      attached = []
    }
    const path = `messages[${index}]`
    if (message.role === 'tool') {
      const { answer, media } = encodeAnswer(task, message, path)
      said.push(answer)
      attached.push(...media)
    } else said.push(encodeMessage(task, message, path))
  })
  if (attached.length > 0) said.push({ role: 'user', content: attached })
  if (body < 0) said.push(...directives)
  return said
}

/** A cache mark, as a member of what it marks, in the words the client used. */
export function marked({ dialect }: Task, mark: CacheMark | undefined): JsonObject {
  if (!mark || dialect.supports?.promptCaching === false) return NOTHING
  const { field, ttl } = mark
  return { [field]: field === 'cache_control' ? { type: 'ephemeral', ttl } : { mode: 'explicit', ttl } }
}

function encodeMessage(task: Task, message: Exclude<Message, ToolMessage>, path: string): JsonObject {
  const { role, cache } = message
  const extra = said(message.extra)
  const name = nameOf(task, message)
  if (role === 'assistant')
    return { role, name, ...encodeBlocks(task, message, path), ...marked(task, cache), ...extra }
  const known = role === 'developer' && task.dialect.developer === false ? 'system' : role
  return { role: known, name, content: encodeContent(task, message.content, path), ...marked(task, cache), ...extra }
}

/** Members that say something: many a provider refuses `null`. */
export function said(members: JsonObject | undefined): JsonObject {
  if (!members) return NOTHING
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== null))
}

const NOTHING: JsonObject = {}

function nameOf({ dialect }: Task, { name }: Message): string | undefined {
  return dialect.supports?.names === false ? undefined : name
}

function encodeContent(task: Task, content: Content, path: string): string | readonly JsonObject[] {
  if (typeof content === 'string') return content
  return content.map((part, index) => encodePart(task, part, `${path}.content[${index}]`))
}

function encodePart(task: Task, part: Part, path: string): JsonObject {
  const mark = marked(task, part.cache)
  switch (part.type) {
    case 'text':
      return { type: 'text', text: part.text, ...mark }
    case 'image':
      if (part.source.type === 'id')
        throw badRequest(
          'The provider takes images as data or by address, not by file id.',
          path,
          'unsupported_content_part',
        )
      return { type: 'image_url', image_url: { url: address(part.source), detail: part.detail }, ...mark }
    case 'audio':
      return { type: 'input_audio', input_audio: { data: part.data, format: part.format }, ...mark }
    case 'file':
      if (part.citations) task.warn(`${path}.file.citations`, 'unsupported')
      return { type: 'file', file: { ...fileSource(part.source), filename: part.filename }, ...mark }
  }
}

function address(source: Exclude<Source, { type: 'id' }>): string {
  return source.type === 'url' ? source.url : `data:${source.mime ?? ''};base64,${source.data}`
}

function fileSource(source: Source): JsonObject {
  if (source.type === 'id') return { file_id: source.id }
  return { file_data: source.type === 'data' && source.mime === undefined ? source.data : address(source) }
}

/** An answer without what it cannot hold, and the media that go into a message of their own. */
function encodeAnswer(
  task: Task,
  message: ToolMessage,
  path: string,
): { answer: JsonObject; media: readonly JsonObject[] } {
  const { id, content, failed, cache } = message
  if (failed) task.warn(`${path}.is_error`, 'unsupported')
  // Answers of the legacy `functions` that nobody could pair with a call go by name.
  const to =
    id === undefined
      ? { role: 'function', name: message.name }
      : { role: 'tool', tool_call_id: callId(id), name: nameOf(task, message) }
  const all = encodeContent(task, content, path)
  const kept = typeof all === 'string' ? all : all.filter((part) => part['type'] === 'text')
  const media = typeof all === 'string' ? [] : all.filter((part) => part['type'] !== 'text')
  const answer = {
    ...to,
    content: kept.length > 0 || media.length === 0 ? kept : ATTACHED,
    ...marked(task, cache),
    ...said(message.extra),
  }
  if (media.length === 0) return { answer, media }
  task.warn(`${path}.content`, 'media moved to a user message')
  return {
    answer,
    media: [
      { type: 'text', text: `Attached to the result of ${id === undefined ? message.name : callId(id)}:` },
      ...media,
    ],
  }
}

const ATTACHED = 'The result is attached to the next user message.'

/** What a model said, as one message. */
function encodeBlocks(task: Task, message: AssistantMessage, path: string): JsonObject {
  const { dialect, request, warn } = task
  const { blocks, audio } = message
  const calls = blocks.filter((block) => block.type === 'tool')
  const thoughts = blocks.filter((block) => block.type === 'reasoning')
  for (const block of blocks) {
    if (block.type === 'media' && (audio === undefined || block.kind === 'image'))
      warn(`${path}.${block.kind === 'image' ? 'images' : 'audio'}`, 'dropped')
    if (block.type === 'opaque' && block.origin.format !== dialect.name)
      warn(path, 'a block of another provider or model, not sent')
  }
  const said = blocks.flatMap((block) => encodeSaid(task, block, audio !== undefined))
  const told = {
    ...together(said, calls.length === 0 && audio === undefined ? '' : null),
    audio: audio === undefined ? undefined : { id: audio },
    tool_calls: calls.length === 0 ? undefined : calls.map((call) => encodeCall(dialect, call)),
  }
  const own = thoughts.filter(({ origin }) => isOwn(origin, dialect.name, request.model))
  if (own.length < thoughts.length) warn(`${path}.reasoning`, 'not of this model, not sent')
  return dialect.replay?.(told, own) ?? told
}

/** Whether thoughts may be told to a model: where it is not known whose they are, the client answers for them. */
function isOwn(origin: Origin | undefined, format: string, asked: string): boolean {
  return origin === undefined || (origin.format === format && (origin.model ?? asked) === asked)
}

/** The content parts a block amounts to. Opaque ones are told only to their maker; a transcript is part of the audio it is of. */
function encodeSaid(task: Task, block: Block, spoken: boolean): readonly JsonObject[] {
  switch (block.type) {
    case 'text':
      return [{ type: 'text', text: block.text, ...marked(task, block.cache) }]
    case 'refusal':
      return task.dialect.refusals === false
        ? [{ type: 'text', text: block.text }]
        : [{ type: 'refusal', refusal: block.text }]
    case 'transcript':
      return spoken ? [] : [{ type: 'text', text: block.text }]
    case 'opaque':
      return block.origin.format === task.dialect.name ? [rawJson(block.text)] : []
    case 'reasoning':
    case 'tool':
    case 'media':
      return []
  }
}

/** The plainest form that holds these parts: members of the message for one text and one refusal, else a list. */
function together(parts: readonly JsonObject[], nothing: '' | null): JsonObject {
  const [first, second, third] = parts
  if (!first) return { content: nothing }
  if (plain(first, 'text') && !second) return { content: first['text'] }
  if (plain(first, 'refusal') && !second) return { content: null, refusal: first['refusal'] }
  if (plain(first, 'text') && second && plain(second, 'refusal') && !third) {
    return { content: first['text'], refusal: second['refusal'] }
  }
  return { content: parts }
}

/** Whether a part says nothing but its text. */
function plain(part: JsonObject, type: 'text' | 'refusal'): boolean {
  return part['type'] === type && Object.keys(part).length === 2
}

/** A call, with what this provider wanted back with it. */
function encodeCall(dialect: Dialect, { id, name, text, custom, extra }: ToolBlock): JsonObject {
  const own = extra?.[dialect.name]
  const told = toolName(name)
  const call = custom
    ? { type: 'custom', custom: { name: told, input: text } }
    : // Servers parse what they are sent, and an empty text is no JSON.
      { type: 'function', function: { name: told, arguments: text || '{}' } }
  return { id: callId(id), ...call, ...(isObject(own) && own) }
}
