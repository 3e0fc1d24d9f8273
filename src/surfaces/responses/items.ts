/**
 * What the input of a request may consist of: the items by type, and their parts.
 *
 * Everything is strict, so that unknown members are found; they are then reported, not refused. `null` means the same
 * as absent.
 *
 * @see https://platform.openai.com/docs/api-reference/responses/create#responses-create-input
 * @module
 */
import { z } from 'zod'
import { isObject } from '../../wire/json.ts'
import { base64, fileData, imageUrl, json, marks } from '../chat/conversation.ts'

/** An item as it passed the schema. */
export type InputItem = z.output<typeof inputItem>

/** An item of one type. */
export type ItemOf<Type extends InputItem['type']> = Extract<InputItem, { type: Type }>

/** A piece of what a person, an instructor or a tool says. */
export type InputPart = z.output<typeof inputPart>

const inputText = z.strictObject({ type: z.literal('input_text'), text: z.string(), ...marks })

const inputImage = z.strictObject({
  type: z.literal('input_image'),
  image_url: imageUrl.nullish(),
  file_id: z.string().nullish(),
  detail: z.enum(['auto', 'low', 'high', 'original']).nullish(),
  ...marks,
})

const inputFile = z.strictObject({
  type: z.literal('input_file'),
  file_data: fileData.nullish(),
  file_url: imageUrl.nullish(),
  file_id: z.string().nullish(),
  filename: z.string().nullish(),
  detail: z.string().nullish(),
  citations: z.strictObject({ enabled: z.boolean() }).nullish(),
  ...marks,
})

const inputAudio = z.strictObject({
  type: z.literal('input_audio'),
  input_audio: z.strictObject({
    data: base64,
    format: z.string(),
  }),
  ...marks,
})

const inputPart = z.discriminatedUnion('type', [inputText, inputImage, inputFile, inputAudio])
const shownPart = z.discriminatedUnion('type', [inputText, inputImage, inputFile])

const outputText = z.strictObject({
  type: z.literal('output_text'),
  text: z.string(),
  // What a reply carried besides its words comes back as clients kept it: read leniently, where it is used.
  annotations: z.unknown().optional(),
  logprobs: z.unknown().optional(),
  // OpenAI's SDK keeps what it parsed, here and with calls.
  parsed: z.unknown().optional(),
  ...marks,
})
const refusal = z.strictObject({ type: z.literal('refusal'), refusal: z.string() })

const status = z.string().nullish()
const about = { id: z.string().nullish(), status }

/** Members of messages that say nothing to a model. */
const message = { type: z.literal('message'), ...about, phase: z.string().nullish() }
const instructions = z.union([z.string(), z.array(inputText)])

const messages = z.discriminatedUnion('role', [
  z.strictObject({
    ...message,
    role: z.literal('user'),
    content: z.union([z.string().min(1), z.array(inputPart).min(1)]),
  }),
  z.strictObject({ ...message, role: z.literal('system'), content: instructions }),
  z.strictObject({ ...message, role: z.literal('developer'), content: instructions }),
  z.strictObject({
    ...message,
    role: z.literal('assistant'),
    content: z.union([z.string(), z.array(z.discriminatedUnion('type', [outputText, refusal]))]),
  }),
])

const call = { call_id: z.string().min(1), name: z.string(), namespace: z.string().nullish(), ...about }
const caller = { caller: z.unknown().optional(), async: z.boolean().nullish() }
const output = z.union([z.string(), z.array(shownPart)])

/** How a picture was made: nothing that its maker has to be told again. */
const unread = z.unknown().optional()
const drawing = {
  action: unread,
  background: unread,
  error: unread,
  quality: unread,
  revised_prompt: unread,
  size: unread,
  svg_usage: unread,
}

const typed = z.discriminatedUnion('type', [
  messages,
  z.strictObject({
    type: z.literal('reasoning'),
    ...about,
    summary: z.array(z.strictObject({ type: z.literal('summary_text'), text: z.string() })),
    content: z.array(z.strictObject({ type: z.literal('reasoning_text'), text: z.string() })).nullish(),
    encrypted_content: z.string().nullish(),
  }),
  z.strictObject({
    type: z.literal('function_call'),
    arguments: z.string(),
    parsed_arguments: z.unknown().optional(),
    ...call,
    ...caller,
    extra_content: json.nullish(),
  }),
  z.strictObject({
    type: z.literal('function_call_output'),
    call_id: z.string().min(1),
    output,
    name: z.string().nullish(),
    namespace: z.string().nullish(),
    is_error: z.boolean().nullish(),
    ...about,
    ...caller,
  }),
  z.strictObject({
    type: z.literal('custom_tool_call'),
    input: z.string(),
    ...call,
    ...caller,
    extra_content: json.nullish(),
  }),
  z.strictObject({
    type: z.literal('custom_tool_call_output'),
    call_id: z.string().min(1),
    output,
    is_error: z.boolean().nullish(),
    ...about,
    ...caller,
  }),
  z.strictObject({
    type: z.literal('image_generation_call'),
    result: z.string().nullish(),
    output_format: z.string().nullish(),
    ...about,
    ...drawing,
  }),
  z.looseObject({ type: z.literal('web_search_call'), ...about }),
  z.strictObject({ type: z.literal('item_reference'), id: z.string().min(1) }),
])

/** An item of the input. Messages and references may leave their type out. */
export const inputItem = z.preprocess(tagged, typed)

function tagged(item: unknown): unknown {
  if (!isObject(item) || (item['type'] !== undefined && item['type'] !== null)) return item
  return { ...item, type: item['role'] === undefined ? 'item_reference' : 'message' }
}
