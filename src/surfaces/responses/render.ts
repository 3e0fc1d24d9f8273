/**
 * A reply as a response: streamed as server-sent events, or whole.
 *
 * @see https://platform.openai.com/docs/api-reference/responses-streaming
 * @module
 */
import type { Block, Choice, Completion, Failure, JsonObject, Logprob, ReplyEvent } from '../../canonical.ts'
import { type ItemOptions, Items } from './output.ts'
import type { DeltaLine, Listener } from './part.ts'
import { responseOf, type Standing, statusOf } from './response.ts'

/** How a client is told. */
export interface Telling extends Omit<ItemOptions, 'suffix'> {
  /** The id of the response. */
  readonly id: string
  /** What of the request is repeated. */
  readonly echo: JsonObject
  /** Milliseconds. */
  now(): number
  /** Takes the response when it is over. */
  keep(response: JsonObject): void
}

/** Renders the events of one reply, in turn. */
export function stream(telling: Telling): (event: ReplyEvent) => string {
  let text = ''
  let number = 0
  const piece = ({ type, before, after }: DeltaLine, json: string): void => {
    text += `event: ${type}\ndata: {"type":"${type}","sequence_number":${number++},${before},"delta":${json}${after}}\n\n`
  }
  const teller = new Teller(telling, {
    event(type, members) {
      text += `event: ${type}\ndata: ${JSON.stringify({ type, sequence_number: number++, ...members })}\n\n`
    },
    delta: (line, text) => piece(line, JSON.stringify(text)),
    literals(line, json) {
      for (const one of json) piece(line, `"${one}"`)
    },
  })
  return (event) => {
    teller.write(event)
    const told = text
    text = ''
    return told
  }
}

/** Renders a whole reply: what its stream would have come to. */
export function body({ id, model, created, choices, ...end }: Completion, telling: Telling): JsonObject {
  const teller = new Teller(telling, { event() {}, delta() {}, literals() {} })
  teller.write({ type: 'start', id, model, created })
  const [choice] = choices
  const weighed = choice && logprobsOf(choice)
  for (const [index, block] of (choice?.blocks ?? []).entries()) {
    teller.write({ type: 'open', index, choice: 0, block })
    const tokens = weighed?.get(block) ?? []
    if (tokens.length > 0) teller.write({ type: 'logprobs', choice: 0, of: 'text', tokens })
    for (const citation of (block.type === 'text' && block.citations) || [])
      teller.write({ type: 'patch', index, fields: { citation } })
    teller.write({ type: 'close', index })
  }
  const { reason = 'stop', raw, extra } = choice ?? {}
  teller.write({ type: 'finish', choice: 0, reason, ...(raw !== undefined && { raw }), ...(extra && { extra }) })
  teller.write({ type: 'end', ...end })
  return teller.response
}

/** How likely tokens were, by the texts they are of: each has as many as it has room for, and the last one the rest. */
function logprobsOf({ blocks, logprobs }: Choice): ReadonlyMap<Block, readonly Logprob[]> {
  const left = [...(logprobs?.text ?? [])]
  const texts = blocks.filter(({ type }) => type === 'text')
  const weighed = new Map<Block, readonly Logprob[]>()
  for (const [index, block] of texts.entries()) {
    let room = index < texts.length - 1 ? block.text.length : Infinity
    let count = 0
    for (; count < left.length && room > 0; count += 1) room -= String(left[count]?.['token']).length
    weighed.set(block, left.splice(0, count))
  }
  return weighed
}

type EventOf<Type extends ReplyEvent['type']> = Extract<ReplyEvent, { type: Type }>

/** Tells of one reply. */
class Teller {
  readonly #telling: Telling
  readonly #listener: Listener
  readonly #items: Items
  #head = { created: 0, model: '' }
  #finish: EventOf<'finish'> | undefined
  #end: Standing['end']

  constructor(telling: Telling, listener: Listener) {
    this.#telling = telling
    this.#listener = listener
    this.#items = new Items({ ...telling, suffix: telling.id.replace(/^resp_/u, '') }, listener)
  }

  /** The response as it stands. */
  get response(): JsonObject {
    const { id, echo } = this.#telling
    return responseOf({ id, ...this.#head, output: this.#items.output, ...(this.#end && { end: this.#end }) }, echo)
  }

  write(event: ReplyEvent): void {
    if (this.#end) return
    switch (event.type) {
      case 'start': {
        this.#head = { created: event.created, model: event.model }
        const { response } = this
        this.#listener.event('response.created', { response })
        this.#listener.event('response.in_progress', { response })
        break
      }
      case 'open':
        if (event.choice === 0) this.#items.open(event.index, event.block)
        break
      case 'append':
        this.#items.append(event.index, event.text)
        break
      case 'literals':
        this.#items.appendLiterals(event.index, event.json)
        break
      case 'patch':
        this.#items.patch(event.index, event.fields)
        break
      case 'close':
        this.#items.close(event.index)
        break
      case 'logprobs':
        // There is no place for those of a refusal.
        if (event.choice === 0 && event.of === 'text') this.#items.logprobs(event.tokens)
        break
      case 'finish':
        this.#finish = event
        break
      case 'end':
        this.#over(event)
        break
      case 'error':
        this.#fail(event.failure)
        break
    }
  }

  #over({ usage, serviceTier, extra }: EventOf<'end'>): void {
    const { reason, raw, extra: beside } = this.#finish ?? {}
    this.#items.end(reason === 'length' ? 'incomplete' : 'completed')
    const beyond = { ...(raw !== undefined && raw !== reason && { native_finish_reason: raw }), ...beside, ...extra }
    this.#end = { at: this.#now(), reason, usage, serviceTier, extra: beyond }
    const { response } = this
    this.#listener.event(`response.${statusOf(this.#end)}`, { response })
    this.#telling.keep(response)
  }

  /** Clients differ in which of the two they hear: some throw on the first, others look at the second. */
  #fail(failure: Failure): void {
    this.#items.end('incomplete')
    this.#end = { at: this.#now(), failure }
    const { message, type, param, code } = failure
    this.#listener.event('error', { code, message, param, error: { type, code, message, param } })
    this.#listener.event('response.failed', { response: this.response })
  }

  #now(): number {
    return Math.floor(this.#telling.now() / 1000)
  }
}
