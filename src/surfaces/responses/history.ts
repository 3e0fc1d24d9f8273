/**
 * The items of a request, gathered into the turns of a conversation.
 *
 * @module
 */
import type { Warn } from '../../adapter.ts'
import type {
  AssistantMessage,
  Block,
  Content,
  JsonObject,
  Message,
  Part,
  Source,
  TextBlock,
  ToolMessage,
} from '../../canonical.ts'
import type { Seal } from '../../seal.ts'
import { cacheMark } from '../chat/cache.ts'
import { present } from '../present.ts'
import type { Problem } from '../problems.ts'
import type { InputItem, InputPart, ItemOf } from './items.ts'
import type { Place } from './locate.ts'
import { blocksOf, citedOf } from './sources.ts'

/** An item, and where the client finds it. */
export interface Entry {
  readonly item: InputItem
  readonly path: string
}

/** A conversation, and where the client finds each of its messages. */
export interface History {
  readonly messages: readonly Message[]
  readonly places: readonly Place[]
  readonly problems: readonly Problem[]
}

/** How a tool of a namespace is called where there are none. */
export function qualified(name: string, namespace: string | null | undefined): string {
  return namespace == null ? name : `${namespace}${BETWEEN}${name}`
}

/** What stands between a namespace and the name of its tool. */
const BETWEEN = '__'

/** A message, where it stands, and the results of its calls. */
interface Turn {
  readonly message: Exclude<Message, ToolMessage>
  readonly place: Place
  readonly results: { readonly message: ToolMessage; readonly place: Place }[]
}

/** A turn of the model that is still being gathered. */
interface Saying {
  readonly blocks: Block[]
  readonly place: { readonly path: string; words?: string; thoughts?: string; readonly calls: string[] }
  readonly extras: Map<string, JsonObject>
}

/**
 * Gathers items. What the model said in a row is one turn; the results of its calls stand right behind it, wherever the
 * client has them, because most providers insist.
 */
export function historyOf(entries: readonly Entry[], seal: Seal, warn: Warn): History {
  const turns: Turn[] = []
  const problems: Problem[] = []
  const callers = new Map<string, { readonly turn: Turn; readonly path: string }>()
  /** Ids of calls whose results were given. Providers that number calls anew in every reply use them again. */
  const answered = new Set<string>()
  let saying: Saying | undefined
  const say = ({ path }: Entry): Saying => (saying ??= { blocks: [], place: { path, calls: [] }, extras: new Map() })
  const settle = (): void => {
    if (!saying) return
    const turn = turnOf(saying)
    const { path: first, calls } = saying.place
    saying = undefined
    // Of thoughts that nobody here can read nothing is left.
    if (turn.message.blocks.length > 0) turns.push(turn)
    for (const [index, { id }] of turn.message.blocks.filter((block) => block.type === 'tool').entries()) {
      const path = calls[index] ?? first
      if (callers.has(id) && !answered.delete(id)) problems.push(repeated(path, id))
      callers.set(id, { turn, path })
    }
  }
  for (const entry of entries) {
    const { item, path } = entry
    switch (item.type) {
      case 'message':
        if (item.role === 'assistant') {
          const { blocks, place } = say(entry)
          place.words ??= path
          blocks.push(...wordsOf(item, path, warn))
          break
        }
        settle()
        turns.push({
          message: { role: item.role, content: contentOf(item.content, `${path}.content`, problems, warn) },
          place: { path },
          results: [],
        })
        break
      case 'reasoning': {
        const { blocks, calls = {} } = thoughtsOf(item, path, seal, warn)
        const { blocks: said, extras, place } = say(entry)
        place.thoughts ??= path
        said.push(...blocks)
        for (const [id, extra] of Object.entries(calls)) extras.set(id, extra)
        break
      }
      case 'function_call':
      case 'custom_tool_call': {
        const { blocks, place } = say(entry)
        place.calls.push(path)
        blocks.push(callOf(item))
        break
      }
      case 'image_generation_call':
        if (item.result == null) warn(path, 'unsupported')
        else say(entry).blocks.push(pictureOf(item, item.result))
        break
      case 'web_search_call':
        warn(path, 'unsupported')
        break
      case 'function_call_output':
      case 'custom_tool_call_output': {
        settle()
        const { call_id: id } = item
        const turn = callers.get(id)?.turn
        if (!turn) problems.push(stray(path, id))
        else if (answered.has(id)) problems.push(repeated(path, id))
        else turn.results.push({ message: resultOf(item, path, problems, warn), place: { path } })
        answered.add(id)
        break
      }
      case 'item_reference':
        // References are resolved before.
        break
    }
  }
  settle()
  for (const [id, { path }] of callers) if (!answered.has(id)) problems.push(unanswered(path, id))
  const flat = turns.flatMap(({ message, place, results }) => [{ message, place }, ...results])
  return { messages: flat.map(({ message }) => message), places: flat.map(({ place }) => place), problems }
}

function turnOf({ blocks, place, extras }: Saying): Turn & { readonly message: AssistantMessage } {
  const whole = blocks.map((block) => {
    const extra = block.type === 'tool' ? extras.get(block.id) : undefined
    return extra && block.type === 'tool' ? { ...block, extra: { ...extra, ...block.extra } } : block
  })
  return { message: { role: 'assistant', blocks: whole }, place, results: [] }
}

/** Thoughts that are sealed come back as they were; others are but words, and most providers will not have them. */
function thoughtsOf(
  item: ItemOf<'reasoning'>,
  path: string,
  seal: Seal,
  warn: Warn,
): { readonly blocks: readonly Block[]; readonly calls?: Readonly<Record<string, JsonObject>> } {
  const { encrypted_content: sealed, content, summary } = item
  const opened = sealed == null ? undefined : seal.open(sealed)
  if (opened) return opened
  if (sealed != null) warn(`${path}.encrypted_content`, 'not of this gateway')
  const text = (content?.length ? content : summary).map((part) => part.text).join('\n\n')
  return { blocks: text ? [{ type: 'reasoning', text }] : [] }
}

function wordsOf(item: Extract<ItemOf<'message'>, { role: 'assistant' }>, path: string, warn: Warn): readonly Block[] {
  const { content } = item
  if (typeof content === 'string') return [{ type: 'text', text: content }]
  return content.flatMap((part, index): readonly Block[] => {
    if (part.type === 'refusal') return [{ type: 'refusal', text: part.refusal }]
    const at = `${path}.content[${index}]`
    const cited = citedOf(part.annotations, `${at}.annotations`, warn)
    const text: TextBlock = { type: 'text', text: part.text, ...present({ cache: cacheMark(part, at, warn) }) }
    return cited.length > 0 ? blocksOf(text, cited) : [text]
  })
}

function callOf(item: ItemOf<'function_call' | 'custom_tool_call'>): Block {
  const { call_id: id, name, namespace, extra_content: extra } = item
  const said = item.type === 'function_call' ? { text: item.arguments } : { text: item.input, custom: true }
  return { type: 'tool', id, name: qualified(name, namespace), ...said, ...present({ extra }) }
}

function pictureOf({ output_format: format }: ItemOf<'image_generation_call'>, text: string): Block {
  return { type: 'media', kind: 'image', ...(typeof format === 'string' && { mime: `image/${format}` }), text }
}

function resultOf(
  item: ItemOf<'function_call_output' | 'custom_tool_call_output'>,
  path: string,
  problems: Problem[],
  warn: Warn,
): ToolMessage {
  const content = contentOf(item.output, `${path}.output`, problems, warn)
  return { role: 'tool', id: item.call_id, content, ...present({ failed: item.is_error }) }
}

function contentOf(content: string | readonly InputPart[], path: string, problems: Problem[], warn: Warn): Content {
  if (typeof content === 'string') return content
  return content.map((part, index) => partOf(part, `${path}[${index}]`, problems, warn))
}

function partOf(part: InputPart, path: string, problems: Problem[], warn: Warn): Part {
  const marked = present({ cache: cacheMark(part, path, warn) })
  switch (part.type) {
    case 'input_text':
      return { type: 'text', text: part.text, ...marked }
    case 'input_image': {
      const source = oneOf({ image_url: part.image_url, file_id: idOf(part.file_id) }, path, problems)
      return { type: 'image', source, ...present({ detail: part.detail }), ...marked }
    }
    case 'input_file': {
      const { file_data, file_url, filename, citations, detail } = part
      if (detail != null) warn(`${path}.detail`, 'unsupported')
      const source = oneOf({ file_data, file_url, file_id: idOf(part.file_id) }, path, problems)
      return { type: 'file', source, ...present({ filename, citations: citations?.enabled }), ...marked }
    }
    case 'input_audio':
      return { type: 'audio', ...part.input_audio, ...marked }
  }
}

function idOf(id: string | null | undefined): Source | undefined {
  return id == null ? undefined : { type: 'id', id }
}

/** The one source that is given: none is a problem, and so are two. */
function oneOf(
  sources: Readonly<Record<string, Source | null | undefined>>,
  path: string,
  problems: Problem[],
): Source {
  const given = Object.entries(sources).flatMap(([name, source]) => (source ? [{ name, source }] : []))
  const [first, second] = given
  if (!first) {
    const param = `${path}.${Object.keys(sources)[0]}`
    problems.push({ param, code: 'missing_required_parameter', message: `Missing required parameter: '${param}'.` })
    return { type: 'id', id: '' }
  }
  if (second) {
    const names = given.map(({ name }) => `'${path}.${name}'`).join(' and ')
    const message = `Mutually exclusive parameters: ${names}. Ensure you are only providing one of them.`
    problems.push({ param: path, code: 'mutually_exclusive_parameters', message })
  }
  return first.source
}

const HISTORY = 'invalid_tool_history'

function stray(path: string, id: string): Problem {
  const message = `No tool call found for function call output with call_id ${brief(id)}.`
  return { param: `${path}.call_id`, code: HISTORY, message }
}

function unanswered(path: string, id: string): Problem {
  return { param: path, code: HISTORY, message: `No tool output found for function call ${brief(id)}.` }
}

function repeated(path: string, id: string): Problem {
  return { param: `${path}.call_id`, code: HISTORY, message: `The call_id ${brief(id)} is there twice.` }
}

/** Ids of calls are short; what is long is something else, and stays out of messages. */
function brief(id: string): string {
  return id.length > 64 ? `${id.slice(0, 64)}…` : id
}
