/**
 * What clients may say in the provider's own words: `google`, at the top of a request or, as Google's own compatible API
 * has it, inside `extra_body`; and the two members that have spread to the top.
 *
 * @see https://ai.google.dev/gemini-api/docs/openai#extra-body
 * @module
 */
import { z } from 'zod'
import type { ChatRequest, Json, JsonObject } from '../../src/canonical.ts'
import { badRequest } from '../../src/errors.ts'
import { isObject } from '../../src/wire/json.ts'

/** Extension members that are understood. */
export const extensions: readonly string[] = ['google', 'extra_body', 'safety_settings', 'cached_content']

// Parsed from JSON, and passed on as it is.
const verbatim = z.custom<JsonObject>(isObject, 'must be an object')
const list = z.array(verbatim).nullish()
const object = verbatim.nullish()

const schema = z.strictObject({
  cachedContent: z.string().nullish(),
  thinkingConfig: z
    .preprocess(
      (value) => (isObject(value) ? camel(value) : value),
      z.strictObject({
        thinkingBudget: z.int().nullish(),
        thinkingLevel: z.string().nullish(),
        includeThoughts: z.boolean().nullish(),
      }),
    )
    .nullish(),
  safetySettings: list,
  generationConfig: object,
  tools: list,
  toolConfig: object,
  labels: object,
  modelArmorConfig: object,
  mediaResolution: z.string().nullish(),
  responseModalities: z.array(z.string()).nullish(),
  speechConfig: object,
  imageConfig: object,
  aspectRatio: z.string().nullish(),
  functionIds: z.enum(['both', 'none']).nullish(),
})

/** What a client says in the provider's own words. */
export type Extension = z.output<typeof schema>

/** Reads the extension. Typing errors there would be invisible, so nothing unknown passes. */
export function extensionOf({ extra }: ChatRequest): Extension {
  if (!extra) return NOTHING
  const { safety_settings, cached_content } = extra
  return wished(extra, { safety_settings, cached_content }, schema)
}

const NOTHING: Extension = {}

/** What a client says in the provider's own words, as a schema has it; `spread` are members that stand at the top. */
export function wished<T>(extra: JsonObject, spread: JsonObject, schema: z.ZodType<T>): T {
  const { google, extra_body: body } = extra
  const nested = body == null ? undefined : inside(body)
  const [given, path] = google != null ? [google, 'google'] : [nested, 'extra_body.google']
  if (google != null && nested != null)
    throw badRequest('`google` and `extra_body.google` are the same thing. Use one.', 'google', 'invalid_value')
  if (given != null && !isObject(given)) throw badRequest(`\`${path}\` must be an object.`, path, 'invalid_value')
  const said = { ...spread, ...given }
  const parsed = schema.safeParse(camel(Object.fromEntries(Object.entries(said).filter(([, value]) => value != null))))
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  const place = issue?.code === 'unrecognized_keys' ? [...issue.path, issue.keys[0]] : (issue?.path ?? [])
  const top = String(place[0])
  const isSpread = spread[snake(top)] != null && given?.[top] === undefined && given?.[snake(top)] === undefined
  throw badRequest(
    `${issue?.message ?? 'Invalid value'}.`,
    [...(isSpread ? [] : [path]), ...place.map((key) => snake(String(key)))].join('.'),
    'invalid_value',
  )
}

/** What `extra_body` holds for this provider. */
function inside(body: Json): Json | undefined {
  if (!isObject(body)) throw badRequest('`extra_body` must be an object.', 'extra_body', 'invalid_value')
  const { google, ...others } = body
  const [unknown] = Object.keys(others)
  if (unknown === undefined) return google
  throw badRequest(
    `\`extra_body.${unknown}\` means nothing to this provider.`,
    `extra_body.${unknown}`,
    'invalid_value',
  )
}

/** The members of an object in the spelling of the API, which clients write in either. */
export function camel(members: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(members).map(([key, value]) => [camelKey(key), value]))
}

/** A name in the spelling of the API. */
export function camelKey(name: string): string {
  return name.replace(/_([a-z])/gu, (_, letter: string) => letter.toUpperCase())
}

function snake(name: string): string {
  return name.replace(/[A-Z]/gu, (letter) => `_${letter.toLowerCase()}`)
}
