/**
 * The native request, judged: the rules between its parts. The messages are the provider's own words where they are known.
 *
 * @module
 */
import type { SeenBlock } from './strict-blocks.ts'
import type { SeenRequest } from './strict.ts'

/** Something a request does that the provider refuses. */
export interface Breach {
  readonly path: readonly (string | number)[]
  readonly message: string
}

/** Everything a request does that the provider refuses, beyond what is wrong with its parts. */
export function* rules(request: SeenRequest): Iterable<Breach> {
  const seen = { ...request, messages: merged(request) }
  yield* turnRules(seen)
  yield* toolRules(seen)
  yield* exchangeRules(seen)
  yield* documentRules(seen)
  yield* cacheRules(seen)
}

/** The turns as the API reads them: neighbours of one role are one. */
function merged({ messages }: SeenRequest): SeenRequest['messages'] {
  const turns: SeenRequest['messages'] = []
  for (const { role, content } of messages) {
    const last = turns.at(-1)
    if (last?.role === role) last.content.push(...content)
    else turns.push({ role, content: [...content] })
  }
  return turns
}

function* turnRules({ messages }: SeenRequest): Iterable<Breach> {
  for (const [index, { role, content }] of messages.entries()) {
    const path = ['messages', index]
    if (role === 'user' && content.some((block) => block.toolUse || block.reasoningContent))
      yield { path, message: 'toolUse and reasoningContent blocks are what the assistant says' }
    const isForeign = (block: SeenBlock): boolean =>
      block.image !== undefined || block.document !== undefined || block.video !== undefined
    if (role === 'assistant' && content.some(isForeign))
      yield { path, message: 'images, documents and videos are what the user says' }
  }
  const last = messages.at(-1)
  const text = last?.role === 'assistant' ? last.content.at(-1)?.text : undefined
  if (text !== undefined && /\s$/u.test(text))
    yield { path: ['messages'], message: 'final assistant content cannot end with trailing whitespace' }
}

function* toolRules({ toolConfig, messages }: SeenRequest): Iterable<Breach> {
  const path = ['toolConfig']
  const blocks = messages.flatMap(({ content }) => content)
  if (!toolConfig) {
    if (blocks.some((block) => block.toolUse || block.toolResult))
      yield { path, message: 'The toolConfig field must be defined when using toolUse and toolResult content blocks.' }
    return
  }
  const { tools, toolChoice } = toolConfig
  const names = tools.flatMap(({ toolSpec }) => (toolSpec ? [toolSpec.name] : []))
  if (tools.every(({ cachePoint }) => cachePoint)) yield { path, message: 'there are no tools' }
  if (new Set(names).size < names.length) yield { path, message: 'The tool names must be unique.' }
  if (toolChoice?.tool && !names.includes(toolChoice.tool.name))
    yield { path: [...path, 'toolChoice'], message: 'The tool of the choice is not among the tools.' }
  if (tools.filter(({ toolSpec }) => toolSpec?.strict).length > 20) yield { path, message: 'At most 20 strict tools.' }
}

/** Every call is answered in the next turn, and nothing else is. Calls of the provider's own tools are answered by it. */
function* exchangeRules({ messages }: SeenRequest): Iterable<Breach> {
  const path = ['messages']
  for (const [index, { role, content }] of messages.entries()) {
    const calls = content.flatMap(({ toolUse }) => (toolUse && toolUse.type === undefined ? [toolUse.toolUseId] : []))
    const next = messages[index + 1]?.content ?? []
    const answered = new Set(next.map(({ toolResult }) => toolResult?.toolUseId))
    const missing = calls.filter((id) => !answered.has(id))
    if (missing.length > 0) {
      const message = `Expected toolResult blocks at messages.${index + 1}.content for the following Ids: ${missing.join(', ')}`
      yield { path, message }
    }
    if (role === 'assistant') continue
    const results = content.flatMap(({ toolResult }) => (toolResult ? [toolResult.toolUseId] : []))
    const before = messages[index - 1]?.content.flatMap(({ toolUse }) => toolUse?.toolUseId ?? []) ?? []
    if (results.some((id) => !before.includes(id)))
      yield { path, message: 'The number of toolResult blocks exceeds the number of toolUse blocks of previous turn.' }
    if (new Set(results).size < results.length) yield { path, message: 'each toolUse must have a single toolResult' }
  }
}

function* documentRules({ messages }: SeenRequest): Iterable<Breach> {
  const names: string[] = []
  for (const [index, { content }] of messages.entries()) {
    const documents = content.flatMap(({ document }) => (document ? [document] : []))
    const inside = content.flatMap(({ toolResult }) => toolResult?.content ?? [])
    names.push(
      ...[...documents, ...inside.flatMap(({ document }) => (document ? [document] : []))].map(({ name }) => name),
    )
    const isMute = documents.length > 0 && !content.some(({ text }) => text !== undefined)
    if (isMute) yield { path: ['messages', index], message: 'a turn with a document must hold text, too' }
    if (documents.length > 5) yield { path: ['messages', index], message: 'at most 5 documents' }
    if (content.filter(({ image }) => image).length > 20)
      yield { path: ['messages', index], message: 'at most 20 images' }
  }
  if (new Set(names).size < names.length) yield { path: ['messages'], message: 'names of documents must be unique' }
}

function* cacheRules({ toolConfig, system = [], messages }: SeenRequest): Iterable<Breach> {
  const lists: readonly (readonly SeenBlock[])[] = [
    toolConfig?.tools.map(({ cachePoint }) => ({ cachePoint })) ?? [],
    system,
    ...messages.map(({ content }) => content),
  ]
  const count = lists.flat().filter(({ cachePoint }) => cachePoint).length
  if (count > 4) yield { path: ['cachePoint'], message: `At most 4 cache points. Found ${count}.` }
  const lifetimes = lists.flat().flatMap(({ cachePoint }) => (cachePoint ? [cachePoint.ttl ?? '5m'] : []))
  if (lifetimes.lastIndexOf('1h') > lifetimes.indexOf('5m') && lifetimes.includes('5m'))
    yield { path: ['cachePoint'], message: "a ttl='1h' cache point must not come after a ttl='5m' one" }
  for (const blocks of lists) {
    for (const [index, { cachePoint }] of blocks.entries()) {
      const before = blocks[index - 1]
      if (!cachePoint) continue
      if (!before || before.document || before.video || before.reasoningContent || before.cachePoint)
        yield { path: ['cachePoint'], message: 'a cache point must follow what it closes, and no document or video' }
    }
  }
}
