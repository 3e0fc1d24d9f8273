/**
 * The conversation as the native API wants it: every content one text, pictures beside it.
 *
 * @see https://docs.ollama.com/api/chat
 * @module
 */
import { at } from '../../src/adapter.ts'
import { parts, type Content, type ImagePart, type Message, type ToolMessage } from '../../src/canonical.ts'
import { badRequest } from '../../src/errors.ts'
import { sniffBase64 } from '../../src/wire/sniff.ts'
import { assistant } from './assistant.ts'
import type { Native, Task } from './native.ts'

/** Says a conversation in the server's words. `directives` stand after the leading instructions. */
export function converse(directives: readonly string[], task: Task): readonly Native[] {
  const { messages } = task.request
  const start = messages.findIndex(({ role }) => role !== 'system' && role !== 'developer')
  const head = start < 0 ? messages.length : start
  const said = messages.map((message) => native(message, task))
  const own = directives.map((content): Native => ({ role: 'system', content }))
  return [...said.slice(0, head), ...own, ...said.slice(head)].filter((message) => message !== undefined)
}

function native(message: Message, task: Task): Native | undefined {
  const path = `${at(task.request, message)}.content`
  switch (message.role) {
    case 'system':
    case 'developer':
      return { role: 'system', ...content(message.content, path, task) }
    case 'user':
      return { role: 'user', ...content(message.content, path, task) }
    case 'assistant':
      return assistant(message, task)
    case 'tool':
      return tool(message, path, task)
  }
}

/** The answer of a tool, which models know by its name. */
function tool(message: ToolMessage, path: string, task: Task): Native {
  const { id, failed } = message
  const { messages } = task.request
  const calls = messages.flatMap((one) => (one.role === 'assistant' ? one.blocks : []))
  const call = calls.findLast((block) => block.type === 'tool' && block.id === id)
  const name = call?.type === 'tool' ? call.name : message.name
  if (failed !== undefined) task.warn(`${at(task.request, message)}.is_error`, 'unsupported')
  return {
    role: 'tool',
    ...content(message.content, path, task),
    ...(name !== undefined && { tool_name: name }),
    ...(id !== undefined && { tool_call_id: id }),
  }
}

function content(given: Content, path: string, task: Task): Native {
  if (typeof given === 'string') return { content: given }
  const texts: string[] = []
  const images: string[] = []
  for (const [index, part] of parts(given).entries()) {
    const place = `${path}[${index}]`
    if (part.type === 'text') texts.push(part.text)
    else if (part.type === 'image') images.push(image(part, place, task))
    else throw badRequest(`This provider takes no ${part.type} content.`, place, 'unsupported_content_part')
  }
  return { content: texts.join('\n'), ...(images.length > 0 && { images }) }
}

/** A picture as its bare base64. */
function image({ source, detail }: ImagePart, path: string, { warn }: Task): string {
  const param = `${path}.image_url`
  if (detail !== undefined && detail !== 'auto') warn(`${param}.detail`, 'unsupported')
  if (source.type !== 'data')
    throw badRequest('This provider takes pictures by their bytes only.', param, 'unsupported_content_part')
  const type = source.mime ?? sniffBase64(source.data) ?? 'unknown'
  if (IMAGES.has(type)) return source.data
  const message = `This provider takes images of the types ${[...IMAGES].join(', ')}, not ${type}.`
  throw badRequest(message, param, 'unsupported_content_part')
}

/** @see `decodeImageURL` in openai/openai.go of https://github.com/ollama/ollama */
const IMAGES = new Set(['image/jpeg', 'image/jpg', 'image/png', 'image/webp'])
