/**
 * Reply events, folded into a whole reply.
 *
 * @module
 */
import type {
  Block,
  BlockPatch,
  Choice,
  Completion,
  Failure,
  FinishReason,
  JsonObject,
  Logprob,
  ReplyEvent,
  Usage,
} from './canonical.ts'
import { GrowingText } from './wire/literal.ts'

/** What is told of a whole reply when it ends. */
type Ending = Omit<Completion, 'id' | 'model' | 'created' | 'choices'>

interface OpenChoice {
  readonly index: number
  readonly blocks: number[]
  reason?: FinishReason
  raw?: string
  logprobs?: { text?: Logprob[]; refusal?: Logprob[] }
  extra?: JsonObject
}

/** Collects the events of one reply. */
export class Fold {
  /** Why it failed, if it did. */
  failure: Failure | undefined
  #completion: Completion | undefined
  /** What is told at the end of the whole reply. */
  #ending: Ending | undefined
  #head: Pick<Completion, 'id' | 'model' | 'created'> = { id: '', model: '', created: 0 }
  readonly #blocks: Block[] = []
  readonly #texts: GrowingText[] = []
  readonly #choices: OpenChoice[] = []

  /** The reply, once it has ended. Put together when somebody asks: of most streams nobody does. */
  get completion(): Completion | undefined {
    if (this.#ending) this.#completion ??= this.#complete(this.#ending)
    return this.#completion
  }

  /** Tokens spent, as far as the end has told. */
  get usage(): Usage | undefined {
    return this.#ending?.usage
  }

  /** Whether any block so far is of a type. */
  holds(type: Block['type']): boolean {
    return this.#blocks.some((block) => block.type === type)
  }

  /** Takes the next event. */
  write(event: ReplyEvent): void {
    switch (event.type) {
      case 'start':
        this.#head = { id: event.id, model: event.model, created: event.created }
        break
      case 'open':
        this.#blocks[event.index] = event.block
        this.#texts[event.index] = new GrowingText(event.block.text)
        this.#choice(event.choice).blocks.push(event.index)
        break
      case 'append':
        this.#texts[event.index]?.append(event.text)
        break
      case 'literals':
        this.#texts[event.index]?.appendLiterals(event.json)
        break
      case 'patch': {
        const block = this.#blocks[event.index]
        if (block) this.#blocks[event.index] = patched(block, event.fields)
        break
      }
      case 'close':
        break
      case 'logprobs': {
        const logprobs = (this.#choice(event.choice).logprobs ??= {})
        const tokens = (logprobs[event.of] ??= [])
        tokens.push(...event.tokens)
        break
      }
      case 'finish': {
        const { type: _, choice, ...ending } = event
        Object.assign(this.#choice(choice), ending)
        break
      }
      case 'end': {
        const { type: _, ...ending } = event
        this.#ending = ending
        break
      }
      case 'error':
        this.failure = event.failure
        break
    }
  }

  /** What a choice holds so far. */
  blocks(choice = 0): readonly Block[] {
    const blocks: Block[] = []
    for (const index of this.#choice(choice).blocks) {
      const block = this.#blocks[index]
      if (block) blocks.push({ ...block, text: this.#texts[index]?.value ?? '' })
    }
    return blocks
  }

  #complete(ending: Ending): Completion {
    return { ...this.#head, choices: this.#choices.map((choice) => this.#whole(choice)), ...ending }
  }

  #choice(index: number): OpenChoice {
    return (this.#choices[index] ??= { index, blocks: [] })
  }

  #whole({ index, blocks: _, reason = 'stop', ...rest }: OpenChoice): Choice {
    return { blocks: this.blocks(index), reason, ...rest }
  }
}

function patched(block: Block, { citation, extra, ...fields }: BlockPatch): Block {
  const known = 'extra' in block ? block.extra : undefined
  const citations = block.type === 'text' ? block.citations : undefined
  return {
    ...block,
    ...fields,
    ...(extra && { extra: { ...known, ...extra } }),
    ...(citation && { citations: [...(citations ?? []), citation] }),
  }
}

/** Folds the events of one reply. */
export function fold(events: Iterable<ReplyEvent>): Fold {
  const whole = new Fold()
  for (const event of events) whole.write(event)
  return whole
}
