/**
 * What a conversation may consist of: the messages by role, and their parts.
 *
 * Messages are loose: members nobody knows are handed on. Everything below them is strict, so that unknown members are
 * found; they are then reported, not refused. `null` means the same as absent.
 *
 * @see https://platform.openai.com/docs/api-reference/chat/create
 * @module
 */
import { z } from 'zod'
import type { JsonObject } from '../../canonical.ts'
import { verbatim } from '../present.ts'
import { fileSource, imageSource, isBase64 } from '../source.ts'

/** A message as it passed the schema. */
export type ChatMessage = z.output<typeof message>

/** A message of one role. */
export type MessageOf<Role extends keyof typeof messages> = z.output<(typeof messages)[Role]>

/** A piece of the content of a message, of those that are not the assistant's. */
export type ChatPart = z.output<typeof textPart | typeof imagePart | typeof audioPart | typeof filePart>

/** What cache marks an object bears. */
export interface Marked {
  readonly prompt_cache_breakpoint?: z.output<typeof marks.prompt_cache_breakpoint>
  readonly cache_control?: z.output<typeof cacheControl>
}

/** A JSON object to be kept as it is. */
export const json = z.looseObject({}).transform((value): JsonObject => verbatim(value))

/** How long to keep what is cached. */
export const ttl = z.enum(['5m', '30m', '1h', '12h']).nullish()

/** A cache mark as Claude clients write it. */
export const cacheControl = z.strictObject({ type: z.literal('ephemeral'), ttl }).nullish()

/** Cache marks, in each of their two spellings. */
export const marks = {
  prompt_cache_breakpoint: z.strictObject({ mode: z.literal('explicit'), ttl }).nullish(),
  cache_control: cacheControl,
}

/** A string that stands for something: what it stands for, or a problem. */
function read<T>(parse: (text: string) => T | undefined, expected: string) {
  return z.string().transform((input, context): T => {
    const value = parse(input)
    if (value !== undefined) return value
    context.issues.push({ code: 'custom', input, params: { expected } })
    return z.NEVER
  })
}

/** An image: its address, or a data URL of it. */
export const imageUrl = read(
  imageSource,
  "a valid URL, or a base64-encoded data URL with a media type, such as 'data:image/png;base64,…'",
)

/** A file: base64, or a data URL of it. */
export const fileData = read(
  fileSource,
  "base64, or a base64-encoded data URL with a media type, such as 'data:application/pdf;base64,…'",
)

/** Base64 that holds something. */
export const base64 = read((data) => (isBase64(data) ? data : undefined), 'base64')

/** A run of text. */
export const textPart = z.strictObject({ type: z.literal('text'), text: z.string(), ...marks })

/** A picture, by address or in a data URL. */
export const imagePart = z.strictObject({
  type: z.literal('image_url'),
  image_url: z.strictObject({
    url: imageUrl,
    detail: z.enum(['auto', 'low', 'high', 'original']).nullish(),
  }),
  ...marks,
})

/** Recorded sound. */
export const audioPart = z.strictObject({
  type: z.literal('input_audio'),
  input_audio: z.strictObject({
    data: base64,
    format: z.string(),
  }),
  ...marks,
})

const citations = z.strictObject({ enabled: z.boolean() }).nullish()

/** A file, by id or by what is in it. */
export const filePart = z.strictObject({
  type: z.literal('file'),
  file: z.strictObject({
    file_data: fileData.nullish(),
    file_id: z.string().nullish(),
    filename: z.string().nullish(),
    citations,
  }),
  citations,
  ...marks,
})

/** Words that decline. */
export const refusalPart = z.strictObject({ type: z.literal('refusal'), refusal: z.string() })

/** Text, whole or in parts. */
export const text = z.union([z.string(), z.array(textPart)])
const seen = z.union([z.string(), z.array(z.discriminatedUnion('type', [textPart, imagePart, filePart]))])
const anything = z.union([
  z.string().min(1),
  z.array(z.discriminatedUnion('type', [textPart, imagePart, audioPart, filePart])).min(1),
])

const unread = z.unknown().optional()

/** What a reply carried beyond OpenAI's members comes back as clients kept it: read leniently, where it is used. */
const beside = {
  reasoning_content: z.string().nullish(),
  reasoning_details: unread,
  annotations: unread,
  citations: unread,
  images: unread,
}

/** A message that came back as its client kept it: the Agents SDK has a place for its words, and keeps all else with those. */
const kept = { role: unread, content: unread, tool_calls: unread, function_call: unread, audio: unread, ...beside }
const said = z.union([
  z.string(),
  z.array(
    z.discriminatedUnion('type', [
      z.strictObject({ ...kept, refusal: z.string().nullish(), ...textPart.shape }),
      z.strictObject({ ...kept, ...refusalPart.shape }),
    ]),
  ),
])

const extraContent = json.nullish()
const functionCall = z.strictObject({ name: z.string(), arguments: z.string() })
const toolCall = z.discriminatedUnion('type', [
  z.strictObject({
    id: z.string(),
    type: z.literal('function'),
    // OpenAI's SDK puts what it reads in arguments and content beside them.
    function: functionCall.extend({ parsed_arguments: unread }),
    extra_content: extraContent,
  }),
  z.strictObject({
    id: z.string(),
    type: z.literal('custom'),
    custom: z.strictObject({ name: z.string(), input: z.string() }),
    extra_content: extraContent,
  }),
])

const speaker = { name: z.string().nullish(), cache_control: cacheControl }

/** The messages by role. */
export const messages = {
  system: z.looseObject({ role: z.literal('system'), content: text, ...speaker }),
  developer: z.looseObject({ role: z.literal('developer'), content: text, ...speaker }),
  user: z.looseObject({ role: z.literal('user'), content: anything, ...speaker }),
  assistant: z.looseObject({
    role: z.literal('assistant'),
    content: said.nullish(),
    refusal: z.string().nullish(),
    tool_calls: z.array(toolCall).nullish(),
    function_call: functionCall.nullish(),
    audio: z
      .strictObject({
        // OpenAI requires it; other providers speak without numbering what they said.
        id: z.string().nullish(),
        data: z.string().nullish(),
        transcript: z.string().nullish(),
        expires_at: z.number().nullish(),
      })
      .nullish(),
    parsed: unread,
    reasoning: z.string().nullish(),
    ...beside,
    ...speaker,
  }),
  tool: z.looseObject({
    role: z.literal('tool'),
    tool_call_id: z.string(),
    content: seen,
    is_error: z.boolean().nullish(),
    ...speaker,
  }),
  function: z.looseObject({
    role: z.literal('function'),
    name: z.string(),
    content: z.string().nullable(),
    cache_control: cacheControl,
  }),
}

/** A message of any role. */
export const message = z.discriminatedUnion('role', [
  messages.system,
  messages.developer,
  messages.user,
  messages.assistant,
  messages.tool,
  messages.function,
])
