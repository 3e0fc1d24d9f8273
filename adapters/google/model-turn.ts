/**
 * What the model said earlier, block by block, each with the signature it came with.
 *
 * @see https://ai.google.dev/gemini-api/docs/thought-signatures
 * @module
 */
import { at } from '../../src/adapter.ts'
import type { AssistantMessage, Block, MediaBlock, Origin, ReasoningBlock, ToolBlock } from '../../src/canonical.ts'
import { badRequest } from '../../src/errors.ts'
import { isObject, parseObject, rawJson } from '../../src/wire/json.ts'
import { FORMAT, SLOT, type Native, type Task } from './native.ts'

/** A call in the history. */
export interface Call {
  /** Its id as the client knows it. */
  readonly told: string
  readonly name: string
  readonly part: Native
  /** Where its message stands in the request. */
  readonly path: string
}

/**
 * What the documentation gives to those who have no signature. The field is bytes in JSON, so this is base64 of
 * `skip_thought_signature_validator`, the spelling that recordings show accepted.
 */
export const PLACEHOLDER = 'c2tpcF90aG91Z2h0X3NpZ25hdHVyZV92YWxpZGF0b3I='

/** A message of the model as native parts, and the calls among them. */
export function modelParts(
  message: AssistantMessage,
  task: Task,
): { readonly parts: Native[]; readonly calls: Call[] } {
  const path = at(task.request, message)
  if (message.audio !== undefined) {
    throw badRequest('This provider keeps no sound of earlier replies.', `${path}.audio`, 'unsupported_value')
  }
  const parts: Native[] = []
  const calls: Call[] = []
  for (const block of message.blocks) {
    const part = block.type === 'reasoning' ? thought(block, parts, path, task) : native(block, message, path, task)
    if (part) parts.push(part)
    if (part && block.type === 'tool') calls.push({ told: block.id, name: block.name, part, path })
  }
  return { parts, calls }
}

function native(
  block: Exclude<Block, ReasoningBlock>,
  message: AssistantMessage,
  path: string,
  task: Task,
): Native | undefined {
  switch (block.type) {
    case 'text':
    case 'refusal':
    case 'transcript':
      return block.text === '' ? undefined : { text: block.text }
    case 'tool':
      return call(block, message, path, task)
    case 'opaque': {
      const value = isOwn(block.origin, task) ? parseObject(block.text) : undefined
      if (!value) task.warn(path, 'a block of another provider or model, not sent')
      return value && { ...value }
    }
    case 'media':
      return picture(block, path, task)
  }
}

/** Pictures go back to be worked on; sound is of no use to the model. */
function picture({ kind, mime = 'image/png', text }: MediaBlock, path: string, { warn }: Task): Native | undefined {
  if (kind === 'image') return { inlineData: { mimeType: mime, data: text } }
  warn(`${path}.audio`, 'made by a model, not sent')
  return undefined
}

/**
 * A thought, or the signature of what stands before it. A signature that came alone, on an empty text, has that text in
 * `extra` and goes back alone. Thoughts without a signature need not go back at all.
 */
function thought(block: ReasoningBlock, before: Native[], path: string, task: Task): Native | undefined {
  const { text, signature, origin, extra } = block
  const place = `${path}.reasoning`
  if (!origin || !isOwn(origin, task)) {
    task.warn(place, 'not of this model, not sent')
    return undefined
  }
  // Stands with its call.
  if (signedCall(block) !== undefined) return undefined
  if (signature === undefined) return undefined
  if (!isSignature(signature)) {
    task.warn(place, 'not a signature, not sent')
    return undefined
  }
  if (text !== '') return { text, thought: true, thoughtSignature: signature }
  if (extra?.['text'] === '') return { text: '', thoughtSignature: signature }
  const signed = before.at(-1)
  const isFree = signed && !signed['thoughtSignature'] && !signed['functionCall']
  if (isFree) before[before.length - 1] = { ...signed, thoughtSignature: signature }
  else task.warn(place, 'what it signs is gone, not sent')
  return undefined
}

function isOwn({ format, model }: Origin, { request }: Task): boolean {
  return format === FORMAT && (model === undefined || model === request.model)
}

/** Standard base64 comes in replies; the URL-safe kind is accepted as well. */
function isSignature(text: string): boolean {
  return /^[A-Za-z0-9+/_-]+={0,2}$/u.test(text)
}

function call(block: ToolBlock, { blocks }: AssistantMessage, path: string, task: Task): Native {
  const { id, name } = block
  const functionCall = {
    ...(hasIds(task) && id !== '' && { id }),
    name: task.names.get(name) ?? name,
    args: args(block, path, task),
  }
  const signature = signatureOf(block, path, task) ?? signatureApart(block, blocks, task)
  return { functionCall, ...(signature !== undefined && { thoughtSignature: signature }) }
}

/** Whether calls and their results bear ids: both or neither. */
export function hasIds({ place, extension }: Task): boolean {
  return extension.functionIds == null ? place.functionIds : extension.functionIds === 'both'
}

/** The signature that came with a call, where Google's own compatible API keeps it; `vertex` is what some clients call it. */
function signatureOf({ extra }: ToolBlock, path: string, { request, warn }: Task): string | undefined {
  const slot = extra?.[SLOT] ?? extra?.['vertex']
  const { thought_signature: signature, model } = isObject(slot) ? slot : {}
  if (signature == null) return undefined
  if (model != null && model !== request.model) {
    warn(`${path}.tool_calls`, 'signed by another model, not sent')
    return undefined
  }
  if (typeof signature === 'string' && isSignature(signature)) return signature
  warn(`${path}.tool_calls`, 'not a thought signature, not sent')
  return undefined
}

/** The signature of a call as OpenRouter tells it: an encrypted entry of `reasoning_details`, under the id of the call. */
function signatureApart({ id }: ToolBlock, blocks: readonly Block[], task: Task): string | undefined {
  const entry = blocks.filter((block) => block.type === 'reasoning').find((block) => signedCall(block) === id)
  const isUsable = entry?.origin && isOwn(entry.origin, task) && isSignature(entry.encrypted ?? '')
  return isUsable ? entry.encrypted : undefined
}

/** The id of the call that an entry of `reasoning_details` signs. */
function signedCall({ encrypted, extra }: ReasoningBlock): string | undefined {
  const id = extra?.['id']
  return encrypted !== undefined && typeof id === 'string' ? id : undefined
}

/** The input of a call as an object, byte for byte where it is one. Clients do send back calls that were cut. */
function args({ text }: ToolBlock, path: string, { warn }: Task): Native[string] {
  if (text.trim() === '') return {}
  if (parseObject(text)) return rawJson(text)
  warn(`${path}.tool_calls`, 'arguments are not a JSON object, sent inside one')
  return { raw_arguments: text }
}

/**
 * Sees to the signature that the first call of a step must bear. Of parallel calls only one is signed: where the client
 * put another first, the signed one goes first again.
 */
export function sign(parts: Native[], path: string, { fact, warn }: Task): void {
  const calls = parts.filter((part) => part['functionCall'] !== undefined)
  const [first] = calls
  if (!fact.signs || !first || first['thoughtSignature'] !== undefined) return
  const bearer = calls.find((part) => part['thoughtSignature'] !== undefined)
  if (bearer) {
    parts.splice(parts.indexOf(bearer), 1)
    parts.splice(parts.indexOf(first), 0, bearer)
    return
  }
  warn(`${path}.tool_calls[0]`, 'came back without its thought signature, which is skipped')
  first['thoughtSignature'] = PLACEHOLDER
}
