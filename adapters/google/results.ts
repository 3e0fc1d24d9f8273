/**
 * What tools answered, as native parts.
 *
 * @see https://ai.google.dev/api/caching#FunctionResponse
 * @module
 */
import { at } from '../../src/adapter.ts'
import { parts, type Json, type Part, type ToolMessage } from '../../src/canonical.ts'
import { parseJson, rawJson } from '../../src/wire/json.ts'
import { type Call, hasIds } from './model-turn.ts'
import type { Native, Task } from './native.ts'
import { nativeParts } from './parts.ts'

/**
 * The turns that answer calls: the results, which share a turn with nothing else, and media that the model does not take
 * inside of them.
 */
export function results(pairs: readonly (readonly [Call, ToolMessage])[], task: Task): readonly Native[][] {
  const beside: Native[] = []
  const answers = pairs.map(([call, message]) => {
    const place = `${at(task.request, message)}.content`
    const media = parts(message.content).filter(({ type }) => type !== 'text')
    const natives = media.flatMap((part) => nativeParts([part], place, task))
    const within = task.fact.mediaResults ? natives : []
    if (!task.fact.mediaResults) beside.push(...natives)
    const functionResponse = {
      ...(hasIds(task) && call.told !== '' && { id: call.told }),
      name: task.names.get(call.name) ?? call.name,
      response: { [message.failed ? 'error' : 'output']: output(textOf(parts(message.content))) },
      // A part of a result knows no resolution.
      ...(within.length > 0 && { parts: within.map(({ mediaResolution: _, ...part }) => part) }),
    }
    return { functionResponse }
  })
  return [answers, beside]
}

function textOf(content: readonly Part[]): string {
  return content.map((part) => (part.type === 'text' ? part.text : '')).join('')
}

/**
 * A result as a value, where it is an object or a list and survives as one. The API keeps numbers as doubles and takes a
 * `$ref` for its own: with either it stays text.
 */
function output(text: string): Json {
  if (!/^\s*[[{]/u.test(text) || /\d{16}|"\$ref"/u.test(text)) return text
  try {
    parseJson(text)
    return rawJson(text)
  } catch {
    return text
  }
}
