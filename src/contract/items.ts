/**
 * The items of a streamed response, as a strict client sees them grow.
 *
 * @module
 */
import assert from 'node:assert/strict'
import type { Json, JsonObject } from '../canonical.ts'
import { isObject } from '../wire/json.ts'

/** What the id of each kind of item begins with. */
const PREFIXES: Readonly<Record<string, string>> = {
  message: 'msg_',
  reasoning: 'rs_',
  function_call: 'fc_',
  custom_tool_call: 'ctc_',
  image_generation_call: 'ig_',
}

/** Members that are empty when an item begins. */
const EMPTY: Readonly<Record<string, JsonObject>> = {
  message: { role: 'assistant', content: [] },
  reasoning: { summary: [], encrypted_content: null },
  function_call: { arguments: '' },
  custom_tool_call: { input: '' },
  image_generation_call: { result: null },
}

/** The ids of items. Throws where one has another's, or one that says the item is of another kind. */
export function idsOf(items: readonly Json[]): readonly string[] {
  const ids = items.flatMap((item) => {
    assert.ok(isObject(item))
    const { id, type, call_id: call } = item
    const prefix = PREFIXES[String(type)]
    assert.ok(prefix && String(id).startsWith(prefix), `The id ${String(id)} is not one of a ${String(type)}.`)
    return [id, ...(call === undefined ? [] : [`call ${String(call)}`])].map(String)
  })
  assert.equal(new Set(ids).size, ids.length, `An id is there twice: ${ids.join(', ')}`)
  return ids
}

type Writable = Record<string, Json | undefined>

/** A part of a message, or of a summary, that grows. */
interface Part {
  readonly member: 'text' | 'refusal'
  readonly annotations: Json[]
  readonly logprobs: Json[]
  text: string
  /** Whether its whole text was told. */
  told: boolean
}

/** One item that grows, event by event. */
export class Growing {
  done = false
  readonly #item: Writable
  readonly #type: string
  readonly #parts: Json[] = []
  #part: Part | undefined
  #text = ''
  #told = false
  readonly #states: string[] = []

  constructor(added: JsonObject) {
    this.#item = { ...added }
    this.#type = String(added['type'])
    const empty = EMPTY[this.#type]
    assert.ok(empty, `Nobody knows items of type ${this.#type}.`)
    for (const [name, value] of Object.entries({ ...empty, status: 'in_progress' }))
      assert.deepEqual(added[name], value, `${name} is empty when a ${this.#type} begins.`)
    idsOf([added])
    if (this.#type.endsWith('_call') && this.#type !== 'image_generation_call') {
      assert.ok(added['call_id'], 'A call has an id.')
      assert.ok(added['name'], 'A call has a name.')
    }
  }

  /** Takes the next event about this item. */
  take(event: JsonObject): void {
    const type = String(event['type']).replace(/^response\./u, '')
    assert.ok(!this.done, `${type} comes after the end of its item.`)
    if (type === 'output_item.done') return this.#end(event['item'])
    assert.equal(event['item_id'], this.#item['id'], `${type} is about another item than the one at its index.`)
    const steps = STEPS.find(([owner, name]) => owner === this.#type && type.startsWith(`${name}.`))?.[2]
    assert.ok(steps, `${type} is no event of a ${this.#type}.`)
    const step = type.slice(type.lastIndexOf('.') + 1)
    if (steps === 'part') this.#takePart(step, event)
    else if (steps === 'text' || steps === 'refusal') this.#takeText(steps, step, event)
    else if (steps === 'annotation') this.#annotate(event)
    else if (steps === 'state') this.#states.push(step)
    else if (steps === 'arguments' || steps === 'input') this.#takeInput(steps, step, event)
  }

  /** Checks that this is the item that the whole response has. Only sources may have come to it since. */
  assertIs(item: Json | undefined): void {
    assert.deepEqual(withoutSources(item), withoutSources(this.#item), 'The response has another item than was told.')
    const [told, whole] = [sourcesOf(this.#item), sourcesOf(item)]
    for (const [index, sources] of told.entries())
      assert.deepEqual(whole[index]?.slice(0, sources.length), sources, 'Sources that were told are missing.')
  }

  #takePart(step: string, event: JsonObject): void {
    const { part } = event
    assert.ok(isObject(part))
    this.#assertPlace(event)
    if (step === 'added') {
      assert.ok(!this.#part, 'One part grows at a time.')
      const member = part['type'] === 'refusal' ? 'refusal' : 'text'
      this.#part = { member, annotations: [], logprobs: [], text: '', told: false }
      assert.deepEqual(part, this.#whole(this.#part), 'A part begins empty.')
      return
    }
    assert.equal(step, 'done')
    assert.ok(this.#part?.told, 'A part is over when its text was told.')
    assert.deepEqual(part, this.#whole(this.#part), 'A part is what was told of it.')
    assert.ok(this.#part.text !== '' || this.#type === 'message', 'A summary says something.')
    this.#parts.push(part)
    this.#part = undefined
  }

  #takeText(member: Part['member'], step: string, event: JsonObject): void {
    const part = this.#part
    this.#assertPlace(event)
    assert.ok(part && part.member === member && !part.told, 'A text grows in its part.')
    const weighed = this.#type === 'message' && member === 'text'
    assert.equal(Array.isArray(event['logprobs']), weighed, 'Texts of messages have logprobs, empty as they may be.')
    const logprobs = Array.isArray(event['logprobs']) ? event['logprobs'] : []
    if (step === 'delta') {
      assert.ok(typeof event['delta'] === 'string')
      assert.ok(event['delta'] !== '' || logprobs.length > 0, 'A delta says something.')
      part.text += event['delta']
      part.logprobs.push(...logprobs)
      return
    }
    assert.equal(step, 'done')
    part.told = true
    assert.equal(event[member], part.text, 'The text is what its deltas say.')
    if (weighed) assert.deepEqual(logprobs, part.logprobs)
  }

  #annotate(event: JsonObject): void {
    const part = this.#part
    this.#assertPlace(event)
    assert.ok(part && !part.told, 'A source is told while its text grows.')
    const { annotation } = event
    assert.ok(isObject(annotation))
    assert.equal(event['annotation_index'], part.annotations.length, 'Sources are numbered from 0, without a gap.')
    const [start, end] = [Number(annotation['start_index']), Number(annotation['end_index'])]
    assert.ok(0 <= start && start <= end && end <= [...part.text].length, 'A source is of something that was said.')
    part.annotations.push(annotation)
  }

  #takeInput(member: 'arguments' | 'input', step: string, event: JsonObject): void {
    assert.ok(!this.#told, 'Nothing comes after all of the input.')
    if (step === 'delta') {
      assert.ok(typeof event['delta'] === 'string' && event['delta'] !== '', 'A delta says something.')
      this.#text += event['delta']
      return
    }
    assert.equal(step, 'done')
    assert.equal(event[member], this.#text, 'The input is what its deltas say.')
    if (member === 'arguments') assert.equal(event['name'], this.#item['name'])
    this.#told = true
  }

  #end(item: Json | undefined): void {
    assert.ok(isObject(item))
    assert.ok(!this.#part, 'An item is over when its parts are.')
    const { status } = item
    assert.match(
      String(status),
      this.#type === 'image_generation_call' ? /^(?:completed|failed)$/u : /^(?:completed|incomplete)$/u,
    )
    Object.assign(this.#item, { status }, this.#grown(item))
    assert.deepEqual(item, this.#item, 'An item is what was told of it.')
    this.done = true
  }

  /** The members that grew. */
  #grown(item: JsonObject): Writable {
    switch (this.#type) {
      case 'message':
        assert.ok(this.#parts.length > 0, 'A message has content.')
        return { content: this.#parts }
      case 'reasoning': {
        const { encrypted_content: sealed } = item
        assert.ok(typeof sealed === 'string' && sealed !== '', 'Thoughts are carried sealed.')
        return { summary: this.#parts, encrypted_content: sealed }
      }
      case 'image_generation_call': {
        const whole = item['status'] === 'completed'
        assert.deepEqual(this.#states, ['in_progress', ...(whole ? ['completed'] : [])])
        assert.equal(typeof item['result'] === 'string', whole, 'Half a picture is none.')
        return { result: item['result'] }
      }
      default: {
        assert.ok(this.#told, 'A call is over when all of its input was told.')
        const member = this.#type === 'function_call' ? 'arguments' : 'input'
        if (item['status'] === 'completed' && member === 'arguments') JSON.parse(this.#text)
        return { [member]: this.#text }
      }
    }
  }

  #whole({ member, text, annotations, logprobs }: Part): JsonObject {
    if (this.#type === 'reasoning') return { type: 'summary_text', text }
    return member === 'text' ? { type: 'output_text', annotations, logprobs, text } : { type: 'refusal', refusal: text }
  }

  #assertPlace(event: JsonObject): void {
    const name = this.#type === 'reasoning' ? 'summary_index' : 'content_index'
    assert.equal(event[name], this.#parts.length, 'Parts are numbered from 0, without a gap.')
  }
}

/** Items, the events that are about them, and what those tell of. */
const STEPS: readonly (readonly [
  owner: string,
  event: string,
  tells: 'part' | 'text' | 'refusal' | 'annotation' | 'state' | 'arguments' | 'input',
])[] = [
  ['message', 'content_part', 'part'],
  ['message', 'output_text.annotation', 'annotation'],
  ['message', 'output_text', 'text'],
  ['message', 'refusal', 'refusal'],
  ['reasoning', 'reasoning_summary_part', 'part'],
  ['reasoning', 'reasoning_summary_text', 'text'],
  ['function_call', 'function_call_arguments', 'arguments'],
  ['custom_tool_call', 'custom_tool_call_input', 'input'],
  ['image_generation_call', 'image_generation_call', 'state'],
]

function partsOf(item: Json | undefined): readonly JsonObject[] {
  const content = isObject(item) ? item['content'] : undefined
  return Array.isArray(content) ? content.filter(isObject) : []
}

function sourcesOf(item: Json | undefined): readonly (readonly Json[])[] {
  return partsOf(item).map(({ annotations }) => (Array.isArray(annotations) ? annotations : []))
}

function withoutSources(item: Json | undefined): unknown {
  if (!isObject(item) || item['type'] !== 'message') return item
  return { ...item, content: partsOf(item).map(({ annotations: _, ...rest }) => rest) }
}
