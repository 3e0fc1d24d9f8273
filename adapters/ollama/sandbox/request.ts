/**
 * What the scripted model is asked, read from a native request that has been judged.
 *
 * @module
 */
import type { Prompt } from '../../../src/sandbox.ts'
import { sniffBase64 } from '../../../src/wire/sniff.ts'
import { isObject } from '../../../src/wire/json.ts'
import type { SeenRequest } from '../strict.ts'

/** A native request that has been judged. */
export type Asked = SeenRequest

/** What the scripted model is asked. `thinks` says whether it can think, which it then does unless told otherwise. */
export function promptOf(request: Asked, thinks: boolean): Prompt {
  const { model, messages, tools = [], think, options = {}, format } = request
  const spoken = messages.findLast(({ role }) => role === 'user') ?? messages.at(-1)
  const { num_predict: limit, stop = [] } = options
  return {
    model,
    text: spoken?.content ?? '',
    instructions: messages
      .filter(({ role }) => role === 'system')
      .map(({ content }) => content)
      .join('\n'),
    attachments: (spoken?.images ?? []).map((image) => sniffBase64(image) ?? 'image'),
    results: resultsOf(messages),
    tools: tools.map(({ function: { name, parameters } }) => ({
      name,
      ...(isObject(parameters) && { schema: parameters }),
    })),
    choice: 'auto',
    parallel: true,
    thinking: thinks && think !== false,
    ...(format && { format: isObject(format) ? { schema: format } : 'object' }),
    ...(limit !== undefined && limit >= 0 && { limit }),
    stop,
    pauses: 'never',
  }
}

/** The answers of tools at the end of the conversation. */
function resultsOf(messages: Asked['messages']): Prompt['results'] {
  const start = messages.findLastIndex(({ role }) => role !== 'tool') + 1
  return messages.slice(start).map((message) => ({
    name: (message.role === 'tool' ? message.tool_name : undefined) ?? '',
    text: message.content,
  }))
}
