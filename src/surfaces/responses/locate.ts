/**
 * Where a client finds what chat completions have elsewhere: `messages[2].tool_calls[0]` as `input[4]`.
 *
 * @module
 */
import type { ImagePart, FilePart, Message, Source } from '../../canonical.ts'
import type { Toolbox } from './tools.ts'

/** Where the client finds a message: the item it begins with, and those of what it consists of. */
export interface Place {
  readonly path: string
  readonly words?: string | undefined
  readonly thoughts?: string | undefined
  readonly calls?: readonly string[]
}

/** Says of a text that names members of chat completions where the client finds them. */
export function locator(
  messages: readonly Message[],
  places: readonly Place[],
  { paths, searchPath }: Toolbox,
): (text: string) => string {
  return (text) =>
    text
      .replace(MESSAGE, (whole, index: string, members: string) => {
        const [message, place] = [messages[Number(index)], places[Number(index)]]
        return message && place ? placed(message, place, members) : whole
      })
      .replace(TOOL, (whole, index: string) => paths[Number(index)] ?? whole)
      .replace(/(?<![\w.])web_search_options(?![\w])/gu, searchPath ?? 'tools')
      .replace(NAMES, (name) => RENAMED[name] ?? name)
      .replace(/^messages$/u, 'input')
}

/** A message, and what of it. */
const MESSAGE = /(?<![\w.])messages\[(\d+)\]((?:\.\w+|\[\d+\])*)/gu

/** A tool. What is said of it stands beside its type here, and one deeper there. */
const TOOL = /(?<![\w.])tools\[(\d+)\](?:\.(?:function|custom)(?!\w))?/gu

/** Members that chat completions name otherwise. */
const RENAMED: Readonly<Record<string, string>> = {
  max_completion_tokens: 'max_output_tokens',
  max_tokens: 'max_output_tokens',
  reasoning_effort: 'reasoning.effort',
  'reasoning.exclude': 'reasoning.summary',
  'response_format.json_schema': 'text.format',
  response_format: 'text.format',
  verbosity: 'text.verbosity',
  logprobs: 'include',
}
const NAMES = new RegExp(`(?<![\\w.])(?:${Object.keys(RENAMED).join('|').replaceAll('.', '\\.')})(?![\\w])`, 'gu')

function placed(message: Message, place: Place, members: string): string {
  const { path } = place
  // Instructions, a text alone, and what is not sent again: there is nothing deeper.
  if (!path.endsWith(']')) return path
  if (message.role === 'assistant') return ofTurn(place, members)
  const own = message.role === 'tool' ? members.replace(/^\.tool_call_id/u, '.call_id') : members
  const [, , index, rest = ''] = /^(\.content)\[(\d+)\](.*)$/u.exec(own) ?? []
  const content = message.role === 'tool' ? '.output' : '.content'
  if (index === undefined) return path + own.replace(/^\.content/u, content)
  const part = typeof message.content === 'string' ? undefined : message.content[Number(index)]
  const inside = part?.type === 'image' || part?.type === 'file' ? ofMedia(part, rest) : rest
  return `${path}${content}[${index}]${inside}`
}

/** What the model said is one message there, and an item for each thing it said here. */
function ofTurn({ path, words = path, thoughts = path, calls = [] }: Place, members: string): string {
  const [, index = '0', rest = ''] =
    /^\.tool_calls(?:\[(\d+)\](?:\.(?:function|custom)(?!\w))?)?(.*)$/u.exec(members) ?? []
  if (members.startsWith('.tool_calls')) return (calls[Number(index)] ?? path) + rest
  if (members.startsWith('.reasoning')) return thoughts
  return members.startsWith('.content') ? `${words}.content` : path
}

/** What is said of a picture or file: its members stand beside its type here, and one deeper there. */
function ofMedia({ type, source }: ImagePart | FilePart, members: string): string {
  const [, member] = /^\.(?:image_url|file)(?:\.(\w+))?$/u.exec(members) ?? []
  if (member === undefined)
    return type === 'file'
      ? members.replace(/^\.file$/u, '')
      : members.replace(/^\.image_url$/u, `.${nameOf(type, source)}`)
  return `.${SOURCES.has(member) ? nameOf(type, source) : member}`
}

const SOURCES: ReadonlySet<string> = new Set(['url', 'file_id', 'file_data', 'file_url'])

function nameOf(type: 'image' | 'file', source: Source): string {
  if (source.type === 'id') return 'file_id'
  if (type === 'image') return 'image_url'
  return source.type === 'url' ? 'file_url' : 'file_data'
}
