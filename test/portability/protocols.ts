/**
 * Reading native requests: who called what, and what came of it.
 *
 * @module
 */
import type { JsonObject } from '../../src/canonical.ts'
import { isObject, parseJson } from '../../src/wire/json.ts'
import type { Mouth } from '../properties/mouth.ts'
import type { Protocol } from './party.ts'

type Gist = Pick<Mouth, 'original' | 'again' | 'turns'>

/** The Messages API. */
export function claude(gist: Gist): Protocol {
  return {
    tools: ({ tools }) => members(tools, 'name').map(String),
    calls: ({ messages }) =>
      objects(messages)
        .filter(({ type }) => type === 'tool_use')
        .map(({ id, name }) => ({ id, name })),
    results: ({ messages }) =>
      objects(messages)
        .filter(({ type }) => type === 'tool_result')
        .map(({ tool_use_id: id, content }) => ({ id, text: JSON.stringify(content) })),
    pictures: ({ messages }) =>
      objects(messages)
        .filter(({ type }) => type === 'base64')
        .map(({ data }) => String(data)),
    ...gistOf(gist),
  }
}

/** The Gemini API. */
export function gemini(gist: Gist): Protocol {
  return {
    tools: ({ tools }) => members(tools, 'functionDeclarations').flatMap((all) => members(all, 'name').map(String)),
    calls: ({ contents }) =>
      members(contents, 'functionCall')
        .filter(isObject)
        .map(({ id, name }) => ({ id, name })),
    results: ({ contents }) =>
      members(contents, 'functionResponse')
        .filter(isObject)
        .map(({ id, response }) => ({ id, text: JSON.stringify(response) })),
    pictures: ({ contents }) => members(contents, 'inlineData').flatMap((blob) => members(blob, 'data').map(String)),
    ...gistOf(gist),
  }
}

/** Converse. */
export function converse(gist: Gist): Protocol {
  return {
    tools: ({ toolConfig }) => members(toolConfig, 'toolSpec').flatMap((tool) => members(tool, 'name').map(String)),
    calls: ({ messages }) =>
      members(messages, 'toolUse')
        .filter(isObject)
        .map(({ toolUseId: id, name }) => ({ id, name })),
    results: ({ messages }) =>
      members(messages, 'toolResult')
        .filter(isObject)
        .map(({ toolUseId: id, content }) => ({ id, text: JSON.stringify(content) })),
    pictures: ({ messages }) => members(messages, 'image').flatMap((image) => members(image, 'bytes').map(String)),
    ...gistOf(gist),
  }
}

/** Chat completions, and what is like them in its messages. */
export function chat(gist: Gist): Protocol {
  return {
    tools: ({ tools }) => members(tools, 'function').flatMap((tool) => members(tool, 'name').map(String)),
    calls: ({ messages }) =>
      members(messages, 'tool_calls')
        .flat()
        .filter(isObject)
        .map((call) => ({ id: call['id'], name: isObject(call['function']) && call['function']['name'] })),
    results: ({ messages }) =>
      objects(messages)
        .filter(({ role }) => role === 'tool')
        .map(({ tool_call_id: id, content }) => ({ id, text: JSON.stringify(content) })),
    pictures: ({ messages }) => [
      ...members(messages, 'image_url').map((image) => bytesIn(isObject(image) ? image['url'] : image)),
      ...members(messages, 'images').flat().map(String),
    ],
    ...gistOf(gist),
  }
}

function bytesIn(url: unknown): string {
  return String(url).replace(/^data:image\/png;base64,/u, '')
}

function gistOf({ original, again, turns = 'messages' }: Gist): Pick<Protocol, 'original' | 'again'> {
  return {
    original,
    again(body) {
      const all = body[turns]
      const said = (Array.isArray(all) ? all : []).find(({ role }) => role === 'assistant' || role === 'model')
      return again(unmarked(said))
    },
  }
}

/** A turn without cache marks, which come and go. */
function unmarked(turn: JsonObject): JsonObject {
  // JSON stays JSON.
  return parseJson(
    JSON.stringify(turn, (key, value: unknown) => {
      if (Array.isArray(value)) return value.filter((item) => !isObject(item) || !('cachePoint' in item))
      return key === 'cache_control' ? undefined : value
    }),
  ) as JsonObject
}

/** All objects in a value, those outside first. */
function objects(value: unknown): readonly JsonObject[] {
  if (Array.isArray(value)) return value.flatMap(objects)
  if (!isObject(value)) return []
  return [value, ...Object.values(value).flatMap(objects)]
}

/** The members of a name in all objects of a value. */
function members(value: unknown, name: string): readonly unknown[] {
  return objects(value).flatMap((object) => (object[name] === undefined ? [] : [object[name]]))
}
