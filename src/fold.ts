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
} from './canonical.ts'
import { GrowingText } from './wire/literal.ts'

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
  /** The reply, once it has ended. */
  completion: Completion | undefined
  /** Why it failed, if it did. */
  failure: Failure | undefined
  #head: Pick<Completion, 'id' | 'model' | 'created'> = { id: '', model: '', created: 0 }
  readonly #blocks: Block[] = []
  readonly #texts: GrowingText[] = []
  readonly #choices: OpenChoice[] = []

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
        const { type: _, ...rest } = event
        this.completion = { ...this.#head, choices: this.#choices.map((choice) => this.#whole(choice)), ...rest }
        break
      }
      case 'error':
        this.failure = event.failure
        break
    }
  }

  /** What a choice holds so far. */
  blocks(choice = 0): readonly Block[] {
    return this.#choice(choice).blocks.flatMap((index) => {
      const block = this.#blocks[index]
      return block ? [{ ...block, text: this.#texts[index]?.value ?? '' }] : []
    })
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
