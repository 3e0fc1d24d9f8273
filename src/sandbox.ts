/**
 * The sandbox: one scripted model, behind emulations of the providers' own APIs. It needs no key and no network, so that
 * a first run shows real translation. Each provider's emulation lives with its adapter, and is spoken to through it.
 *
 * The model echoes what it is told, calls tools that are named, and answers in the form that is asked for. What it says
 * begins with what it is; where it may not say so, in calls and in JSON, the ids of the reply do. It can be asked to
 * misbehave too, in the last thing a person says or behind the model's name (`some-model:sandbox:cut`):
 *
 * | Words                      | What happens                                                                     |
 * | -------------------------- | -------------------------------------------------------------------------------- |
 * | `sandbox:error=429`        | Fails with that status; any from 400 to 599.                                     |
 * | `sandbox:retry-after=2`    | Fails once, with 429 and that many seconds to wait; then the same request works. |
 * | `sandbox:error-mid-stream` | Fails in the middle of a streamed reply; with 500 where the reply is whole.      |
 * | `sandbox:cut`              | Ends in the middle of the reply, as if the connection were lost.                 |
 * | `sandbox:slow=100`         | Waits that many milliseconds before each piece of a streamed reply.              |
 * | `sandbox:refuse`           | Declines to answer.                                                              |
 * | `sandbox:pause`            | Pauses its turn once, to be asked to go on, where the provider knows pauses.     |
 *
 * @module
 */
import type { Json, JsonObject } from './canonical.ts'
import { sample } from './sandbox/sample.ts'
import { isObject } from './wire/json.ts'

/** Emulates one provider's HTTP API. */
export type Emulation = (request: Request) => Promise<Response>

/** What the scripted model is asked, in no provider's words. */
export interface Prompt {
  readonly model: string
  /** What the person said last. */
  readonly text: string
  /** Standing instructions. */
  readonly instructions: string
  /** Media types of what came with the text. */
  readonly attachments: readonly string[]
  /** What tools answered since the person spoke. */
  readonly results: readonly ToolResult[]
  readonly tools: readonly PromptTool[]
  /** Which tools may or must be called: one of the mode's, or the one of that name. */
  readonly choice: 'auto' | 'none' | 'required' | { readonly name: string }
  /** Whether several calls may be made at once. */
  readonly parallel: boolean
  /** Whether it is to think first. */
  readonly thinking: boolean
  /** The form of the answer: any JSON object, or what fits a schema. */
  readonly format?: 'object' | { readonly schema: JsonObject }
  /** The most tokens of the answer, thoughts included. */
  readonly limit?: number
  /** Texts before which the answer ends. */
  readonly stop: readonly string[]
  /** Whether the provider knows pauses, and this one is over. */
  readonly pauses?: 'never' | 'over'
}

/** A tool that can be called. Without a schema it takes free text. */
export interface PromptTool {
  readonly name: string
  readonly schema?: JsonObject
}

/** What a tool answered. */
export interface ToolResult {
  readonly name: string
  readonly text: string
}

/** One thing the scripted model does. `cut` says that the limit ended it. */
export type Act =
  | { readonly type: 'thought' | 'text' | 'refusal' | 'search'; readonly text: string; readonly cut?: boolean }
  | { readonly type: 'call'; readonly name: string; readonly text: string; readonly cut?: boolean }

/** What the scripted model answers. */
export interface Answer {
  readonly acts: readonly Act[]
  readonly end: 'done' | 'calls' | 'length' | 'stop' | 'refusal' | 'pause'
  /** The text that ended it, where one did. */
  readonly stopped?: string
  /** Tokens of the answer, thoughts included. */
  readonly output: number
  /** Tokens of thoughts. */
  readonly thoughts: number
}

/** Answers a prompt: always the same prompt in the same way. */
export function script(prompt: Prompt): Answer {
  const { text, thinking, stop, limit } = prompt
  const thought: Act = {
    type: 'thought',
    text: `I was asked ${quoted(text, 60)}. I follow a script, so I know what to say.`,
  }
  const { acts, ...ending } = until(stop, perform(prompt))
  const fitting = within(limit ?? Number.POSITIVE_INFINITY, thinking ? [thought, ...acts] : acts)
  const isCut = fitting.length < acts.length + Number(thinking) || fitting.some((act) => act.cut)
  const thoughts = fitting.filter((act) => act.type === 'thought')
  return {
    acts: fitting,
    ...(isCut ? { end: 'length' } : ending),
    output: sum(fitting),
    thoughts: sum(thoughts),
  }
}

/** How many tokens a text is worth: one for every four characters. */
export function tokens(text: string): number {
  return Math.ceil(text.length / 4)
}

function perform(prompt: Prompt): Pick<Answer, 'acts' | 'end'> {
  const { text, results, attachments, pauses, format = asked(prompt.instructions) } = prompt
  if (wish(prompt, 'refuse') !== undefined) {
    return { acts: [{ type: 'refusal', text: `${HELLO} It was asked to refuse.` }], end: 'refusal' }
  }
  if (wish(prompt, 'pause') !== undefined && pauses === undefined) {
    return { acts: [{ type: 'search', text: subjects(text)[0] ?? text }], end: 'pause' }
  }
  const calls = call(prompt)
  if (calls.length > 0) return { acts: calls, end: 'calls' }
  if (format) return { acts: [{ type: 'text', text: JSON.stringify(shaped(format, text)) }], end: 'done' }
  const said =
    results.length > 0 ? `The tools answered: ${results.map(told).join('; ')}.` : `You said: ${quoted(text, 1000)}.`
  return { acts: [{ type: 'text', text: [HELLO, said, ...seen(attachments)].join(' ') }], end: 'done' }
}

const HELLO = 'This is the Dragoman sandbox, not a real model.'

/**
 * Whether a misbehaviour is asked for, and with what value: empty where it has none. Once tools have answered, only the
 * model's name counts.
 */
export function wish({ model, text, results }: Prompt, name: string): string | undefined {
  const words = results.length > 0 ? model : `${model} ${text}`
  const found = new RegExp(`sandbox:${name}(?![\\w-])(?:=(\\d+))?`, 'u').exec(words)
  return found ? (found[1] ?? '') : undefined
}

/** The form that instructions ask for in words, as gateways do where a provider has no parameter for it. */
function asked(instructions: string): Prompt['format'] {
  return /one valid JSON object and nothing else/u.test(instructions) ? 'object' : undefined
}

function shaped(format: NonNullable<Prompt['format']>, text: string): Json {
  return format === 'object' ? { sandbox: true, you_said: text } : sample(format.schema, subjects(text))
}

function told({ name, text }: ToolResult): string {
  return `${name} → ${quoted(text, 1000)}`
}

function seen(attachments: readonly string[]): readonly string[] {
  return attachments.length === 0
    ? []
    : [`With it came ${attachments.length} attachment(s): ${attachments.join(', ')}.`]
}

/** The calls a prompt leads to. */
function call(prompt: Prompt): readonly Act[] {
  const { text, tools, parallel } = prompt
  const names = subjects(text)
  const isList = names.length > 1 && /\band\b/iu.test(text)
  const calls = called(prompt).flatMap((tool) =>
    isList && takesOneText(tool) ? names.map((name) => fill(tool, [name], text)) : [fill(tool, names, text)],
  )
  return tools.length > 0 && !parallel ? calls.slice(0, 1) : calls
}

/** The tools to call: the one that must be, those that are mentioned, or all. */
function called({ text, instructions, results, tools, choice }: Prompt): readonly PromptTool[] {
  if (choice === 'none') return []
  if (typeof choice === 'object') return tools.filter((tool) => tool.name === choice.name)
  // Where a model cannot be forced, gateways say so in words.
  const order = /You must call [^.]* now/u.exec(instructions)?.[0] ?? ''
  const isForced = choice === 'required' || order !== ''
  if (!isForced && results.length > 0) return []
  if (/\b(?:parallel|both|all)\b/iu.test(text)) return tools
  const mentioned = tools.filter((tool) => mentions(order, tool) || mentions(text, tool))
  return mentioned.length === 0 && isForced ? tools.slice(0, 1) : mentioned
}

/** Whether a text names a tool, or says one of the longer words its name is made of. */
function mentions(text: string, { name }: PromptTool): boolean {
  const words = text.toLowerCase()
  const pieces = name.split(/[^\p{L}\d]+|(?<=\p{Ll})(?=\p{Lu})/u).filter((piece) => piece.length > 3)
  return [name, ...pieces].some((piece) => words.includes(piece.toLowerCase()))
}

/** Whether one text is all that a tool needs: such a tool is called once for each thing that is named. */
function takesOneText({ schema = {} }: PromptTool): boolean {
  const { properties, required } = schema
  if (!Array.isArray(required) || required.length !== 1 || !isObject(properties)) return false
  const property = properties[String(required[0])]
  return isObject(property) && property['type'] === 'string' && property['enum'] === undefined
}

function fill({ name, schema }: PromptTool, names: readonly string[], text: string): Act {
  return { type: 'call', name, text: schema ? JSON.stringify(sample(schema, names)) : text }
}

/** What a text is about: what it puts in quotes, else its names, without the words that merely begin a sentence. */
function subjects(text: string): readonly string[] {
  const spoken = text.replace(/sandbox:\S+/gu, '')
  const quotes = [...spoken.matchAll(/["“]([^"“”]+)["”]/gu)].map(([, inside = '']) => inside)
  if (quotes.length > 0) return quotes
  return [...spoken.matchAll(/(?<![.!?]\s*|^\s*)\p{Lu}\p{L}[\p{L}'’-]*(?:\s\p{Lu}\p{L}[\p{L}'’-]*)*/gu)].map(
    ([name]) => name,
  )
}

function quoted(text: string, most: number): string {
  const characters = [...text.slice(0, 2 * most + 2)]
  return `"${characters.length > most ? `${characters.slice(0, most).join('')}…` : text}"`
}

/** Ends an answer before the first text that is to end it. */
function until(
  stop: readonly string[],
  { acts, end }: Pick<Answer, 'acts' | 'end'>,
): Pick<Answer, 'acts' | 'end' | 'stopped'> {
  for (const [index, act] of acts.entries()) {
    if (act.type !== 'text') continue
    const found = stop
      .map((text) => ({ text, at: act.text.indexOf(text) }))
      .filter(({ text, at }) => text !== '' && at >= 0)
    const [first] = found.toSorted((one, other) => one.at - other.at)
    if (!first) continue
    // Nothing is said by a text of which nothing is left.
    const last = first.at > 0 ? [{ ...act, text: act.text.slice(0, first.at) }] : []
    return { acts: [...acts.slice(0, index), ...last], end: 'stop', stopped: first.text }
  }
  return { acts, end }
}

/** Cuts an answer where the limit is reached. */
function within(limit: number, acts: readonly Act[]): readonly Act[] {
  let left = limit
  const kept: Act[] = []
  for (const act of acts) {
    if (left <= 0) break
    const cut = tokens(act.text) > left
    // Never through the middle of a character.
    kept.push(cut ? { ...act, text: act.text.slice(0, left * 4).replace(/[\uD800-\uDBFF]$/u, ''), cut } : act)
    left -= tokens(act.text)
  }
  return kept
}

function sum(acts: readonly Act[]): number {
  return acts.reduce((total, act) => total + tokens(act.text), 0)
}
