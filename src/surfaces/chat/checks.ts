/**
 * What is wrong with a request whose every member is well formed, because the members do not go together.
 *
 * @module
 */
import type { Problem } from '../problems.ts'
import type { ChatMessage } from './conversation.ts'
import type { ChatBody, ChatTool } from './schema.ts'
import { nameOf } from './tools.ts'

/** The problems of a request, in the order of its members. */
export function checks(body: ChatBody): readonly Problem[] {
  const found = [history(body.messages), files(body.messages), tools(body), choice(body), options(body)]
  return found.every((problems) => problems.length === 0) ? NONE : found.flat()
}

const NONE: readonly Problem[] = []

type Named = readonly [param: string, name: string]

const HISTORY = 'invalid_tool_history'

/** Every call is answered, and every answer has its call, before anybody but an instructor speaks. */
function history(messages: readonly ChatMessage[]): readonly Problem[] {
  const problems: Problem[] = []
  let calls: string[] = []
  let caller = 0
  const settle = (): void => {
    if (calls.length === 0) return
    const message = `An assistant message with 'tool_calls' must be followed by tool messages responding to each 'tool_call_id'. The following tool_call_ids did not have response messages: ${calls.map(brief).join(', ')}`
    problems.push({ param: `messages[${caller}]`, code: HISTORY, message })
    calls = []
  }
  for (const [index, message] of messages.entries()) {
    if (message.role === 'tool') {
      const answered = calls.indexOf(message.tool_call_id)
      if (answered >= 0) calls.splice(answered, 1)
      else problems.push({ param: `messages[${index}].tool_call_id`, code: HISTORY, message: STRAY })
    } else if (message.role === 'user' || message.role === 'assistant') {
      settle()
      if (message.role === 'assistant') {
        calls = message.tool_calls?.map(({ id }) => id) ?? []
        caller = index
      }
    }
  }
  settle()
  return problems.length < 2 ? problems : problems.toSorted((one, other) => position(one) - position(other))
}

const STRAY =
  "Invalid parameter: messages with role 'tool' must be a response to a preceding message with 'tool_calls'."

function position({ param }: Problem): number {
  return Number(/\d+/u.exec(param ?? '')?.[0])
}

/** Ids of calls are short; what is long is something else, and stays out of messages. */
function brief(id: string): string {
  return id.length > 64 ? `${id.slice(0, 64)}…` : id
}

function files(messages: readonly ChatMessage[]): readonly Problem[] {
  return messages.flatMap((message, index) => {
    if (message.role !== 'user' && message.role !== 'tool') return NONE
    if (typeof message.content === 'string') return NONE
    return message.content.flatMap((part, at) =>
      part.type === 'file' ? fileProblem(part.file, `messages[${index}].content[${at}].file`) : NONE,
    )
  })
}

function fileProblem(
  { file_data: data, file_id: id }: { file_data?: unknown; file_id?: unknown },
  path: string,
): readonly Problem[] {
  if (data == null && id == null) {
    const param = `${path}.file_data`
    return [{ param, code: 'missing_required_parameter', message: `Missing required parameter: '${param}'.` }]
  }
  if (data == null || id == null) return []
  return [
    {
      param: path,
      code: 'mutually_exclusive_parameters',
      message: `Mutually exclusive parameters: '${path}.file_id' and '${path}.file_data'. Ensure you are only providing one of them.`,
    },
  ]
}

function tools({ tools: listed, functions }: ChatBody): readonly Problem[] {
  if (listed == null && functions == null) return NONE
  const both = listed != null && functions != null
  return [
    ...(both ? [invalid('functions', "'functions' is only allowed when 'tools' is not specified")] : []),
    ...repeated(functions?.map(({ name }, index) => [`functions[${index}].name`, name]) ?? []),
    ...repeated(listed?.flatMap(named) ?? []),
  ]
}

/** Where a tool of the client's is named. A provider's own tools may come twice, set up differently. */
function named(tool: ChatTool, index: number): readonly Named[] {
  return tool.type === 'native' ? [] : [[`tools[${index}].${tool.type}.name`, nameOf(tool)]]
}

function repeated(all: readonly Named[]): readonly Problem[] {
  const names = all.map(([, name]) => name)
  return all
    .filter(([, name], index) => names.indexOf(name) !== index)
    .map(([param, name]) =>
      invalid(param, `'${brief(name)}' is the name of an earlier tool. Tool names must be unique`),
    )
}

function choice(body: ChatBody): readonly Problem[] {
  const { tool_choice: asked, function_call: legacy } = body
  if (legacy == null && asked == null) return NONE
  return [...(legacy == null ? [] : legacyChoice(legacy, body)), ...(asked == null ? [] : toolChoice(asked, body))]
}

function legacyChoice(asked: NonNullable<ChatBody['function_call']>, { functions }: ChatBody): readonly Problem[] {
  if (functions == null)
    return [invalid('function_call', "'function_call' is only allowed when 'functions' are specified")]
  if (typeof asked === 'string' || functions.some(({ name }) => name === asked.name)) return []
  return [absent('function_call.name', asked.name, 'functions')]
}

function toolChoice(
  asked: NonNullable<ChatBody['tool_choice']>,
  { tools: listed, functions }: ChatBody,
): readonly Problem[] {
  const names = listed?.map(nameOf) ?? []
  const binding = asked !== 'auto' && asked !== 'none'
  if (functions != null || (binding && names.length === 0)) {
    return [invalid('tool_choice', "'tool_choice' is only allowed when 'tools' are specified")]
  }
  return chosen(asked).flatMap(([param, name]) => (names.includes(name) ? [] : [absent(param, name, 'tools')]))
}

/** The tools a choice names, and where it does. */
function chosen(asked: NonNullable<ChatBody['tool_choice']>): readonly Named[] {
  if (typeof asked === 'string') return []
  if (asked.type === 'function') return [['tool_choice.function.name', asked.function.name]]
  if (asked.type === 'custom') return [['tool_choice.custom.name', asked.custom.name]]
  return asked.allowed_tools.tools.map((name, index) => [`tool_choice.allowed_tools.tools[${index}]`, name])
}

function absent(param: string, name: string, where: string): Problem {
  return invalid(param, `'${brief(name)}' is not the name of one of the '${where}'`)
}

function options(body: ChatBody): readonly Problem[] {
  if (body.top_logprobs == null && body.stream_options == null) return NONE
  return [
    ...(body.top_logprobs != null && body.top_logprobs > 0 && body.logprobs !== true
      ? [invalid('top_logprobs', "'top_logprobs' is only allowed when 'logprobs' is enabled")]
      : []),
    ...(body.stream_options != null && body.stream !== true
      ? [invalid('stream_options', "'stream_options' is only allowed when 'stream' is enabled")]
      : []),
  ]
}

function invalid(param: string, reason: string): Problem {
  return { param, code: 'invalid_value', message: `Invalid value for '${param}': ${reason}.` }
}
