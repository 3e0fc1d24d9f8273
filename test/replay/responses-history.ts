/**
 * What the items of a conversation mean, by an independent reader, held against what the gateway understood of them.
 *
 * @see https://platform.openai.com/docs/api-reference/responses/create#responses-create-input
 * @module
 */
import type { Block, Content, Message, Source } from '../../src/canonical.ts'
import { type Difference, differences, show } from './compare.ts'
import { list, members, type Members, number, text } from './reading.ts'

/** One thing that is said in a conversation, by whom. */
type Saying = readonly unknown[]

/** A conversation: what was said in order, and what became of calls. */
interface Conversation {
  readonly said: readonly Saying[]
  /** By the ids of the calls. */
  readonly results: ReadonlyMap<string, readonly unknown[]>
}

/** Where the messages are not what the items say, and nobody was told. `head` are sayings before the items. */
export function misunderstood(
  items: readonly Members[],
  messages: readonly Message[],
  warned: readonly string[],
  head: readonly Saying[] = [],
): readonly Difference[] {
  const expected = ofItems(items, (path) => warned.includes(path))
  const actual = ofMessages(messages)
  return [
    ...differences([...head, ...expected.said], actual.said, 'said'),
    ...differences(Object.fromEntries(expected.results), Object.fromEntries(actual.results), 'results'),
    ...misplaced(messages),
  ]
}

/** Members of items that a model is not told: who they are, how they ended, and what only a reader of the reply needs. */
const SILENT = new Set(['id', 'status', 'type', 'role', 'phase', 'logprobs', 'caller'])

function ofItems(items: readonly Members[], isTold: (path: string) => boolean): Conversation {
  const said: Saying[] = []
  const results = new Map<string, readonly unknown[]>()
  for (const [index, item] of items.entries()) {
    const path = `input[${index}]`
    const { type = 'message', role, content, call_id: id, name, namespace } = item
    const known = MEMBERS[text(type)]
    if (known === undefined) {
      if (!isTold(path)) said.push([`an item of type ${text(type)} that nobody was told of`])
      continue
    }
    for (const [member, value] of Object.entries(item))
      if (!known.includes(member) && !SILENT.has(member) && value != null && !isTold(`${path}.${member}`))
        said.push([`a member ${member} that nobody was told of`])
    const called = namespace == null ? name : `${text(namespace)}__${text(name)}`
    if (type === 'message') said.push(...words(text(role), content, `${path}.content`, isTold))
    else if (type === 'function_call') said.push(['assistant', 'calls', id, called, item['arguments']])
    else if (type === 'custom_tool_call') said.push(['assistant', 'calls', id, called, item['input'], 'custom'])
    else if (type === 'image_generation_call') {
      if (item['result'] != null) said.push(['assistant', 'draws', item['result']])
      else if (!isTold(path)) said.push(['a picture that nobody was told of'])
    } else if (type === 'reasoning') {
      const { encrypted_content: sealed } = item
      if (sealed != null && !isTold(`${path}.encrypted_content`)) said.push(['sealed thoughts nobody was told of'])
      const aloud = list(content).length > 0 ? list(content) : list(item['summary'])
      const thoughts = aloud.map((part) => text(members(part)['text'])).join('\n\n')
      if (thoughts !== '') said.push(['assistant', 'thinks', thoughts])
    } else results.set(text(id), words('tool', item['output'], `${path}.output`, isTold))
  }
  return { said, results }
}

/** The items that a model can be told of, and what their members are. */
const MEMBERS: Readonly<Record<string, readonly string[]>> = {
  message: ['content'],
  reasoning: ['summary', 'content', 'encrypted_content'],
  function_call: ['call_id', 'name', 'namespace', 'arguments'],
  custom_tool_call: ['call_id', 'name', 'namespace', 'input'],
  function_call_output: ['call_id', 'output'],
  custom_tool_call_output: ['call_id', 'output'],
  image_generation_call: ['result', 'output_format', 'size', 'quality', 'background', 'revised_prompt', 'action'],
}

function words(who: string, content: unknown, path: string, isTold: (path: string) => boolean): readonly Saying[] {
  if (typeof content === 'string') return [[who, 'says', content]]
  return list(content)
    .map(members)
    .flatMap((part, index): readonly Saying[] => {
      const { type, text: said, refusal, image_url: image, detail, file_data, file_url, file_id, filename } = part
      const place = `${path}[${index}]`
      switch (type) {
        case 'input_text':
          return [[who, 'says', said]]
        case 'output_text':
          return [[who, 'says', said], ...sources(who, part['annotations'], `${place}.annotations`, isTold)]
        case 'refusal':
          return [[who, 'declines', refusal]]
        case 'input_image':
          return [[who, 'shows', data(text(image) || text(file_id)), detail]]
        case 'input_file':
          return [[who, 'hands over', data(text(file_data) || text(file_url) || text(file_id)), filename]]
        case 'input_audio':
          return [[who, 'plays', members(part['input_audio'])['data']]]
        default:
          return [[`content of type ${text(type)} that nobody was told of`]]
      }
    })
}

/** Sources that say where they belong. Of others the client is told that they are lost. */
function sources(
  who: string,
  annotations: unknown,
  path: string,
  isTold: (path: string) => boolean,
): readonly Saying[] {
  return list(annotations)
    .map(members)
    .flatMap(({ type, url, start_index: start, end_index: end }, index): readonly Saying[] => {
      if (isTold(`${path}[${index}]`)) return []
      const isKnown = type === 'url_citation' && number(start) !== undefined
      return [isKnown ? [who, 'cites', url, start, end] : [`a ${text(type)} that nobody was told of`]]
    })
}

function ofMessages(messages: readonly Message[]): Conversation {
  const said: Saying[] = []
  const results = new Map<string, readonly unknown[]>()
  for (const message of messages) {
    if (message.role === 'assistant') said.push(...message.blocks.flatMap(ofBlock))
    else if (message.role === 'tool') results.set(message.id ?? '', ofContent('tool', message.content))
    else said.push(...ofContent(message.role, message.content))
  }
  return { said, results }
}

function ofBlock(block: Block): readonly Saying[] {
  const who = 'assistant'
  switch (block.type) {
    case 'text': {
      const cited = (block.citations ?? []).map(({ url, start, end }) => [who, 'cites', url, start, end])
      return [[who, 'says', block.text], ...cited]
    }
    case 'tool':
      return [[who, 'calls', block.id, block.name, block.text, ...(block.custom ? ['custom'] : [])]]
    case 'refusal':
      return [[who, 'declines', block.text]]
    case 'reasoning':
      return [[who, 'thinks', block.text]]
    case 'media':
      return [[who, 'draws', block.text]]
    default:
      return [[`a block of type ${block.type}, which nothing recorded can mean`]]
  }
}

function ofContent(who: string, content: Content): readonly Saying[] {
  if (typeof content === 'string') return [[who, 'says', content]]
  return content.map((part): Saying => {
    switch (part.type) {
      case 'text':
        return [who, 'says', part.text]
      case 'image':
        return [who, 'shows', ofSource(part.source), part.detail]
      case 'file':
        return [who, 'hands over', ofSource(part.source), part.filename]
      case 'audio':
        return [who, 'plays', part.data]
    }
  })
}

function ofSource(source: Source): string {
  if (source.type === 'data') return source.data
  return source.type === 'url' ? source.url : source.id
}

/** What is behind the head of an address that holds its data itself. */
function data(address: string): string {
  return address.replace(/^data:[^,]*;base64,/u, '')
}

/** Results stand right behind the turn that called for them, because most providers insist. */
function misplaced(messages: readonly Message[]): readonly Difference[] {
  let open = new Set<string>()
  return messages.flatMap((message, index): readonly Difference[] => {
    if (message.role === 'tool') {
      if (open.delete(message.id ?? '')) return []
      return [{ path: `messages[${index}]`, expected: 'a result behind its call', actual: show(message.id) }]
    }
    const missing = [...open]
    open = new Set(
      message.role === 'assistant' ? message.blocks.flatMap((block) => (block.type === 'tool' ? [block.id] : [])) : [],
    )
    return missing.length === 0 ? [] : [{ path: `messages[${index}]`, expected: 'results', actual: show(missing) }]
  })
}
