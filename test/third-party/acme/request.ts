/**
 * A request, in Acme's words.
 *
 * @module
 */
import {
  badRequest,
  type Block,
  type Call,
  type ChatRequest,
  type Content,
  type JsonObject,
  type Message,
  type Warn,
} from 'dragoman'
import { toolbox } from './tools.ts'

/** The call that asks for a reply. */
export function encode(request: ChatRequest, warn: Warn): Call {
  const { model, stream, maxTokens, temperature, stop } = request
  return {
    path: '/v2/dialogues',
    body: {
      engine: model,
      turns: turns(request, warn),
      live: stream || undefined,
      budget: maxTokens,
      // From 0 to 100, where OpenAI counts from 0 to 2.
      heat: temperature === undefined ? undefined : Math.round(temperature * 50),
      until: stop?.length ? stop : undefined,
      ...toolbox(request, warn),
    },
  }
}

/** The conversation, with the gateway's own directives after the leading instructions. */
function turns({ messages, directives = [] }: ChatRequest, warn: Warn): readonly JsonObject[] {
  const said = messages.map((message, index) => turn(message, `messages[${index}]`, warn))
  const body = messages.findIndex(({ role }) => role !== 'system' && role !== 'developer')
  said.splice(body < 0 ? said.length : body, 0, ...directives.map((say) => ({ from: 'rules', say: [say] })))
  return said
}

function turn(message: Message, path: string, warn: Warn): JsonObject {
  switch (message.role) {
    case 'system':
    case 'developer':
      return { from: 'rules', say: texts(message.content, path) }
    case 'user':
      return { from: 'person', say: texts(message.content, path) }
    case 'assistant': {
      if (message.audio !== undefined) warn(`${path}.audio`, 'unsupported')
      const calls = message.blocks.filter((block) => block.type === 'tool')
      return {
        from: 'engine',
        say: message.blocks.flatMap((block) => words(block, path, warn)),
        asks: calls.length > 0 ? calls.map(({ id, name, text }) => ({ ref: id, tool: name, with: text })) : undefined,
      }
    }
    case 'tool':
      if (message.id === undefined) throw badRequest('The result answers no call.', `${path}.tool_call_id`)
      return {
        from: 'tool',
        ref: message.id,
        say: texts(message.content, path),
        failed: message.failed || undefined,
      }
  }
}

function texts(content: Content, path: string): readonly string[] {
  if (typeof content === 'string') return [content]
  return content.map((part, index) => {
    if (part.type === 'text') return part.text
    // The gateway has refused it before, by `supports`.
    throw badRequest(`Acme reads text, not ${part.type}.`, `${path}.content[${index}]`)
  })
}

/** The words a block amounts to. Calls stand beside them; thoughts and media of other models are not for Acme. */
function words(block: Block, path: string, warn: Warn): readonly string[] {
  switch (block.type) {
    case 'text':
    case 'refusal':
    case 'transcript':
      return [block.text]
    case 'tool':
      return []
    case 'reasoning':
    case 'opaque':
    case 'media':
      warn(`${path}.content`, `${block.type} dropped`)
      return []
  }
}
