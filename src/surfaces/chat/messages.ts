/**
 * The messages of a request, read one for one.
 *
 * @module
 */
import type { Warn } from '../../adapter.ts'
import type { CacheMark, Content, FilePart, JsonObject, Message, Part, Source, ToolMessage } from '../../canonical.ts'
import { blocksOf, legacyId } from './assistant.ts'
import { cacheMark } from './cache.ts'
import { others, present } from '../present.ts'
import { messages as schemas, type ChatMessage, type ChatPart, type MessageOf } from './conversation.ts'

/** The messages. A legacy answer, which names its function only, gets the id of the call it answers. */
export function messagesOf(messages: readonly ChatMessage[], warn: Warn): readonly Message[] {
  const waiting: { readonly name: string; readonly id: string }[] = []
  return messages.map((message, index) => {
    switch (message.role) {
      case 'system':
      case 'developer':
      case 'user':
        return { role: message.role, content: contentOf(message.content, index, warn), ...saidOf(message) }
      case 'assistant': {
        const { function_call: call, audio } = message
        if (call != null) waiting.push({ name: call.name, id: legacyId(index) })
        const blocks = blocksOf(message, index, warn)
        return { role: 'assistant', blocks, ...saidOf(message), ...(audio?.id != null && { audio: audio.id }) }
      }
      case 'tool':
        return toolMessage(message, index, warn)
      case 'function': {
        const call = waiting.findLastIndex(({ name }) => name === message.name)
        const [answered] = call < 0 ? [] : waiting.splice(call, 1)
        // The name is the function's, not a speaker's: the id of the call says it all.
        const { name, ...said } = saidOf(message)
        return {
          role: 'tool',
          ...(answered ? { id: answered.id } : present({ name })),
          content: message.content ?? '',
          ...said,
        }
      }
    }
    return message satisfies never
  })
}

function toolMessage(message: MessageOf<'tool'>, index: number, warn: Warn): ToolMessage {
  // LangChain tells the name of the tool as well, but the id of the call says it all.
  const { name: _, ...said } = saidOf(message)
  return {
    role: 'tool',
    id: message.tool_call_id,
    content: contentOf(message.content, index, warn),
    ...present({ failed: message.is_error }),
    ...said,
  }
}

interface Said {
  readonly name?: string
  readonly cache?: CacheMark
  readonly extra?: JsonObject
}

function saidOf(message: ChatMessage): Said {
  const extra = extraOf(message)
  const cache = cacheMark(message)
  if (message.name == null && !cache && !extra) return NOTHING
  return present({ name: message.name, cache, extra })
}

const NOTHING: Said = {}

function extraOf(message: ChatMessage): JsonObject | undefined {
  const extra = others(message, schemas[message.role].shape)
  if (!extra || !isToldOfCall(message)) return extra
  const { extra_content: _, ...rest } = extra
  for (const _ in rest) return rest
  return undefined
}

/** Whether extra content belongs to a call: the Agents SDK tells it of the message as well. */
function isToldOfCall(message: ChatMessage): boolean {
  return message.role === 'assistant' && message.tool_calls?.some((call) => call.extra_content != null) === true
}

function contentOf(content: string | readonly ChatPart[], index: number, warn: Warn): Content {
  return typeof content === 'string'
    ? content
    : content.map((part, at) => partOf(part, `messages[${index}].content[${at}]`, warn))
}

function partOf(part: ChatPart, path: string, warn: Warn): Part {
  const marked = present({ cache: cacheMark(part, path, warn) })
  switch (part.type) {
    case 'text':
      return { type: 'text', text: part.text, ...marked }
    case 'image_url': {
      const { url: source, detail } = part.image_url
      return { type: 'image', source, ...present({ detail }), ...marked }
    }
    case 'input_audio':
      return { type: 'audio', ...part.input_audio, ...marked }
    case 'file':
      return { ...filePart(part), ...marked }
  }
}

function filePart({ file, citations }: Extract<ChatPart, { type: 'file' }>): FilePart {
  const source: Source = file.file_data ?? { type: 'id', id: file.file_id ?? '' }
  const cited = (citations ?? file.citations)?.enabled
  return { type: 'file', source, ...present({ filename: file.filename, citations: cited }) }
}
