/**
 * A request, in the words of Sample.
 *
 * @module
 */
import type { Call, Warn } from '../../../../src/adapter.ts'
import type { Block, ChatRequest, Content, JsonObject, Message } from '../../../../src/canonical.ts'
import { badRequest } from '../../../../src/errors.ts'

/** The call that asks for a reply. What `supports` denies never comes here. */
export function encode(request: ChatRequest, warn: Warn): Call {
  return {
    path: '/chat',
    body: {
      model: request.model,
      messages: conversation(request, warn),
      max_tokens: request.maxTokens,
      stream: request.stream || undefined,
    },
  }
}

/** The conversation, with the gateway's own directives after the leading instructions. */
function conversation({ messages, directives = [] }: ChatRequest, warn: Warn): readonly JsonObject[] {
  const said = messages.map((message, index) => encodeMessage(message, `messages[${index}]`, warn))
  const body = messages.findIndex(({ role }) => role !== 'system' && role !== 'developer')
  said.splice(body < 0 ? said.length : body, 0, ...directives.map((text) => ({ role: 'system', text })))
  return said
}

function encodeMessage(message: Message, path: string, warn: Warn): JsonObject {
  switch (message.role) {
    case 'system':
    case 'developer':
      return { role: 'system', text: textOf(message.content, path) }
    case 'user':
      return { role: 'user', text: textOf(message.content, path) }
    case 'assistant':
      if (message.audio !== undefined) warn(`${path}.audio`, 'unsupported')
      return { role: 'assistant', text: message.blocks.map((block) => saidIn(block, path, warn)).join('') }
    case 'tool':
      throw badRequest('Tools cannot be used.', path, 'unsupported_parameter')
  }
}

function textOf(content: Content, path: string): string {
  if (typeof content === 'string') return content
  const texts = content.map((part, index) => {
    if (part.type === 'text') return part.text
    throw badRequest(`Content of type ${part.type} cannot be used.`, `${path}.content[${index}]`)
  })
  return texts.join('')
}

/** The words of a block. What only another provider understands is left out, and said to be. */
function saidIn(block: Block, path: string, warn: Warn): string {
  switch (block.type) {
    case 'text':
    case 'refusal':
    case 'transcript':
      return block.text
    case 'tool':
      throw badRequest('Tools cannot be used.', `${path}.tool_calls`, 'unsupported_parameter')
    case 'reasoning':
    case 'opaque':
    case 'media':
      warn(`${path}.content`, `${block.type} dropped`)
      return ''
  }
}
