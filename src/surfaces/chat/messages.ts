/**
 * The messages of a request, read one for one.
 *
 * @module
 */
import type { Warn } from '../../adapter.ts'
import type { CacheMark, Content, FilePart, JsonObject, Message, Part, Source, ToolMessage } from '../../canonical.ts'
import { blocksOf } from './assistant.ts'
import { cacheMark } from './cache.ts'
import { present, verbatim } from '../present.ts'
import { messages as schemas, type ChatMessage, type ChatPart, type MessageOf } from './conversation.ts'

/** The messages. A legacy answer, which names its function only, gets the id of the call it answers. */
export function messagesOf(messages: readonly ChatMessage[], warn: Warn): readonly Message[] {
  const waiting: { readonly name: string; readonly id: string }[] = []
  return messages.map((message, index) => {
    const path = `messages[${index}]`
    switch (message.role) {
      case 'system':
      case 'developer':
      case 'user':
        return { role: message.role, content: contentOf(message.content, path, warn), ...saidOf(message) }
      case 'assistant': {
        const { function_call: call, audio } = message
        if (call != null) waiting.push({ name: call.name, id: legacyId(index) })
        const blocks = blocksOf(message, legacyId(index), path, warn)
        return { role: 'assistant', blocks, ...saidOf(message), ...present({ audio: audio?.id }) }
      }
      case 'tool':
        return toolMessage(message, path, warn)
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

function legacyId(index: number): string {
  return `fc_${index}`
}

function toolMessage(message: MessageOf<'tool'>, path: string, warn: Warn): ToolMessage {
  // LangChain tells the name of the tool as well, but the id of the call says it all.
  const { name: _, ...said } = saidOf(message)
  return {
    role: 'tool',
    id: message.tool_call_id,
    content: contentOf(message.content, path, warn),
    ...present({ failed: message.is_error }),
    ...said,
  }
}

function saidOf(message: ChatMessage): { name?: string; cache?: CacheMark; extra?: JsonObject } {
  const { shape } = schemas[message.role]
  const extra = Object.entries(message).filter(([key]) => !(key in shape) && !isToldOfCall(key, message))
  return {
    ...present({ name: message.name, cache: cacheMark(message) }),
    ...(extra.length > 0 && { extra: verbatim(Object.fromEntries(extra)) }),
  }
}

/** Whether a member belongs to a call: the Agents SDK tells it of the message as well. */
function isToldOfCall(key: string, message: ChatMessage): boolean {
  if (key !== 'extra_content' || message.role !== 'assistant') return false
  return message.tool_calls?.some((call) => call.extra_content != null) === true
}

function contentOf(content: string | readonly ChatPart[], path: string, warn: Warn): Content {
  return typeof content === 'string'
    ? content
    : content.map((part, index) => partOf(part, `${path}.content[${index}]`, warn))
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
