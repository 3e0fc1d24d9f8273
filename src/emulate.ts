/**
 * Getting from a provider what it has no words for: each function turns a request into one the provider takes, and says
 * what the reply has to undo.
 *
 * @module
 */
import type { Undo } from './adapter.ts'
import type { Block, ChatRequest, Message, Tool, ToolChoice } from './canonical.ts'
import { stringify } from './wire/json.ts'

/** A request made to fit, and what its reply has to undo. */
export interface Fitted {
  readonly request: ChatRequest
  readonly undo: Undo
}

/** The name of the tool through which a structured answer is asked for. */
export const ANSWER = 'json_output'

/** Asks for a structured answer as the input of a tool the model must call. Only for requests without tools of their own. */
export function answerByTool(request: ChatRequest): Fitted {
  const { format, ...rest } = request
  if (format?.type !== 'schema' || !format.schema) return { request, undo: {} }
  const { description = 'Gives the final answer.', schema } = format
  return {
    request: {
      ...rest,
      tools: [{ type: 'function', name: ANSWER, description, parameters: schema }],
      toolChoice: { type: 'tool', name: ANSWER },
      parallelToolCalls: false,
    },
    undo: { answer: ANSWER },
  }
}

/** Asks for a JSON answer in words, and takes off the code fence that models like to put around it. */
export function answerByWords(request: ChatRequest): Fitted {
  const { format, ...rest } = request
  const { schema, description } = format?.type === 'schema' ? format : {}
  const shape = schema ? ` that matches this JSON Schema: ${stringify(schema)}` : ''
  const purpose = description === undefined ? '' : ` It is described as: ${description}`
  const directive = `Respond with one valid JSON object and nothing else${shape}.${purpose}`
  return { request: { ...rest, directives: [...(request.directives ?? []), directive] }, undo: { fenced: true } }
}

/** Whether the model has to call a tool. */
export function isForced(choice: ToolChoice | undefined): boolean {
  if (choice?.type === 'allowed') return choice.mode === 'required'
  return choice?.type === 'required' || choice?.type === 'tool'
}

/** The same in words, for models that cannot be forced. `told` is what the provider knows a tool as. */
export function askFor(choice: ToolChoice, told = (name: string): string => name): string {
  return `You must call ${choice.type === 'tool' ? `the tool \`${told(choice.name)}\`` : 'one of the tools'} now.`
}

/** An instruction as the user passes it on, for providers that take none where it stands. */
export function relayed(instruction: string): string {
  return `<system_message>\n${instruction}\n</system_message>`
}

/** Tells custom tools as functions with one string argument, in the tools and in the history. */
export function wrapCustomTools(request: ChatRequest): Fitted {
  const { tools, messages } = request
  if (!tools?.some(({ type }) => type === 'custom') && !messages.some(hasCustomCall)) return { request, undo: {} }
  const custom = new Set(tools?.flatMap(({ type, name }) => (type === 'custom' ? [name] : [])))
  return {
    request: {
      ...request,
      ...(tools && { tools: tools.map((tool) => (tool.type === 'custom' ? wrapTool(tool) : tool)) }),
      messages: messages.map(wrapCalls),
    },
    undo: custom.size > 0 ? { custom } : {},
  }
}

function wrapTool({ grammar, description, ...tool }: Tool): Tool {
  const rule = grammar ? `The input must match this grammar: ${stringify(grammar)}` : undefined
  const said = [description, rule].filter((text) => text !== undefined).join('\n\n')
  return {
    ...tool,
    type: 'function',
    ...(said && { description: said }),
    parameters: {
      type: 'object',
      properties: { input: { type: 'string' } },
      required: ['input'],
      additionalProperties: false,
    },
  }
}

function hasCustomCall(message: Message): boolean {
  return message.role === 'assistant' && message.blocks.some((block) => block.type === 'tool' && block.custom)
}

function wrapCalls(message: Message): Message {
  if (message.role !== 'assistant' || !hasCustomCall(message)) return message
  return { ...message, blocks: message.blocks.map(wrapCall) }
}

function wrapCall(block: Block): Block {
  if (block.type !== 'tool' || !block.custom) return block
  const { custom: _, text, ...call } = block
  return { ...call, text: JSON.stringify({ input: text }) }
}
