/**
 * Several models asked at once, and one answer made of theirs.
 *
 * @module
 */
import type { ReplyHeaders } from './adapter.ts'
import type { Completion, ReplyEvent, Usage } from './canonical.ts'
import { failure, GatewayError } from './errors.ts'
import type { Exchange } from './exchange.ts'
import { Fold } from './fold.ts'
import { merge } from './merge.ts'
import { total } from './usage.ts'

/** One of those that are asked. */
export interface Member {
  /** `provider/model`. */
  readonly name: string
  /** `signal` is aborted when the answer is no longer wanted. */
  begin(tell: (event: ReplyEvent) => void, signal: AbortSignal): Promise<Exchange>
}

/** How one answer comes of several. A judge is asked which is the best, by its number. */
export type Choosing = 'all' | 'first' | ((candidates: readonly Candidate[]) => Promise<Verdict>)

/** A complete answer of a member. */
export interface Candidate {
  readonly name: string
  readonly completion: Completion
}

/** What a judge says. */
export interface Verdict {
  /** The number of the best, from 0; nothing where the judge cannot be understood. */
  readonly best: number | undefined
  readonly usage: Usage | undefined
}

/** Asks all members. Fails only where all of them do. `tell` hears the answer as it comes in. */
export async function beginTogether(
  members: readonly Member[],
  pick: Choosing,
  tell: (event: ReplyEvent) => void = () => {},
): Promise<Exchange> {
  const sinks: ((event: ReplyEvent) => void)[] = []
  const stop = new AbortController()
  const begun = members.map(async ({ name, begin }, index): Promise<Voice> => {
    const exchange = await begin((event) => sinks[index]?.(event), stop.signal)
    return { name, index, exchange, fold: new Fold() }
  })
  if (pick === 'first') return race(begun, members, sinks, stop, tell)
  const results = await Promise.allSettled(begun)
  const voices = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []))
  const missing = results.flatMap((result, index) => (result.status === 'rejected' ? [members[index]?.name ?? ''] : []))
  if (voices.length === 0) throw reasonOf(results)
  return pick === 'all' ? new Chorus(voices, missing, sinks, tell) : new Contest(voices, missing, sinks, pick, tell)
}

/** Whoever is the first to have answered in full: nobody waits for those who have not even begun. */
async function race(
  begun: readonly Promise<Voice>[],
  members: readonly Member[],
  sinks: ((event: ReplyEvent) => void)[],
  stop: AbortController,
  tell: (event: ReplyEvent) => void,
): Promise<Exchange> {
  const missing: string[] = []
  const complete = begun.map(async (beginning, index) => {
    try {
      const voice = await beginning
      sinks[index] = (event) => voice.fold.write(event)
      const completion = await finished(voice.exchange)
      return { voice, candidate: { name: voice.name, completion } }
    } catch (error) {
      missing.push(members[index]?.name ?? '')
      throw error
    }
  })
  try {
    const { voice, candidate } = await Promise.any(complete)
    const others = missing.slice()
    stop.abort()
    return new Told(voice, candidate, others, tell)
  } catch {
    throw reasonOf(await Promise.allSettled(complete))
  }
}

function reasonOf(results: readonly PromiseSettledResult<unknown>[]): unknown {
  return results.find((result) => result.status === 'rejected')?.reason
}

/** A member that has begun to answer. */
interface Voice {
  readonly name: string
  readonly index: number
  readonly exchange: Exchange
  readonly fold: Fold
}

/** What every combination of exchanges does alike. */
abstract class Combined implements Exchange {
  readonly whole = new Fold()
  readonly voices: readonly Voice[]
  readonly #missing: readonly string[]
  readonly #tell: (event: ReplyEvent) => void
  readonly #pending = new Map<Voice, Promise<Voice>>()

  constructor(voices: readonly Voice[], missing: readonly string[], tell: (event: ReplyEvent) => void) {
    this.voices = voices
    this.#missing = missing
    this.#tell = tell
  }

  get headers(): ReplyHeaders {
    return new Headers()
  }

  get warnings(): Exchange['warnings'] {
    return [
      ...this.#missing.map((name) => ['model', `${name} did not answer`] as const),
      ...this.voices.flatMap(({ exchange }) => exchange.warnings),
    ]
  }

  get done(): boolean {
    return this.whole.completion !== undefined || this.whole.failure !== undefined
  }

  get usage(): Usage | undefined {
    return this.whole.completion?.usage ?? total(this.voices.flatMap(({ exchange }) => exchange.usage ?? []))
  }

  abstract next(): Promise<void> | undefined

  abort(): void {
    for (const { exchange } of this.voices) exchange.abort()
  }

  protected write(event: ReplyEvent): void {
    this.whole.write(event)
    this.#tell(event)
  }

  /** Tells an answer from its beginning to its end. */
  protected tellAll({ name, completion }: Candidate, usage: Usage | undefined): void {
    const { id, model, created, choices, usage: _, ...rest } = completion
    this.write({ type: 'start', id, model, created })
    let index = 0
    for (const [choice, { blocks, logprobs, ...ending }] of choices.entries()) {
      for (const block of blocks) {
        this.write({ type: 'open', index, choice, block })
        this.write({ type: 'close', index: index++ })
      }
      for (const kind of ['text', 'refusal'] as const) {
        const tokens = logprobs?.[kind]
        if (tokens) this.write({ type: 'logprobs', choice, of: kind, tokens })
      }
      this.write({ type: 'finish', choice, ...ending, extra: { ...ending.extra, model: name } })
    }
    this.write({ type: 'end', ...rest, ...(usage && { usage }) })
  }

  /** Reads one more chunk of whoever has one. */
  protected async read(): Promise<Voice> {
    for (const voice of this.voices) {
      if (!voice.exchange.done && !this.#pending.has(voice))
        this.#pending.set(
          voice,
          Promise.resolve(voice.exchange.next()).then(() => voice),
        )
    }
    const voice = await Promise.race(this.#pending.values())
    this.#pending.delete(voice)
    return voice
  }
}

/** All answers, each a choice, as they come. One that breaks says so in its choice. */
class Chorus extends Combined {
  constructor(
    voices: readonly Voice[],
    missing: readonly string[],
    sinks: ((event: ReplyEvent) => void)[],
    tell: (event: ReplyEvent) => void,
  ) {
    super(voices, missing, tell)
    let costs = true
    const writers = merge(voices.length, (event) => {
      // A sum of which a part is unknown is unknown.
      if (event.type !== 'end' || costs || !event.usage) return this.write(event)
      const { cost: _, ...usage } = event.usage
      this.write({ ...event, usage })
    })
    for (const [at, { index, name, fold }] of voices.entries()) {
      const write = writers[at] ?? (() => {})
      sinks[index] = (event) => {
        fold.write(event)
        if (event.type === 'end') costs &&= event.usage?.cost !== undefined
        if (event.type === 'finish') write({ ...event, extra: { ...event.extra, model: name } })
        else if (event.type === 'error') {
          const { message, type, code } = event.failure
          costs = false
          if (voices.every((voice) => voice.fold.failure)) return this.write(event)
          write({
            type: 'finish',
            choice: 0,
            reason: 'stop',
            raw: 'error',
            extra: { model: name, error: { message, type, code } },
          })
          write({ type: 'end' })
        } else write(event)
      }
    }
  }

  async next(): Promise<void> {
    await this.read()
  }
}

/** One answer that is complete already. */
class Told extends Combined {
  readonly #candidate: Candidate

  constructor(voice: Voice, candidate: Candidate, missing: readonly string[], tell: (event: ReplyEvent) => void) {
    super([voice], missing, tell)
    this.#candidate = candidate
  }

  async next(): Promise<void> {
    this.tellAll(this.#candidate, this.#candidate.completion.usage)
  }
}

/** The answer that a judge picks out of several. */
class Contest extends Combined {
  readonly #pick: Exclude<Choosing, 'all' | 'first'>

  constructor(
    voices: readonly Voice[],
    missing: readonly string[],
    sinks: ((event: ReplyEvent) => void)[],
    pick: Exclude<Choosing, 'all' | 'first'>,
    tell: (event: ReplyEvent) => void,
  ) {
    super(voices, missing, tell)
    this.#pick = pick
    for (const { index, fold } of voices) sinks[index] = (event) => fold.write(event)
  }

  async next(): Promise<void> {
    await this.read()
    if (!this.voices.every(({ exchange }) => exchange.done)) return
    const complete = this.voices.flatMap(({ name, fold }) =>
      fold.completion ? [{ name, completion: fold.completion }] : [],
    )
    const [first] = complete
    if (!first) {
      const told = this.voices.at(-1)?.fold.failure
      this.write({
        type: 'error',
        failure: told ?? failure({ status: 502, message: 'No model of the ensemble answered.' }),
      })
      return
    }
    const { best, usage } = complete.length > 1 ? await this.#pick(complete) : { best: 0, usage: undefined }
    const spent = [...complete.map(({ completion }) => completion.usage), usage]
    // A sum of which a part is unknown is unknown.
    const costs = spent.every((each) => each === undefined || each.cost !== undefined)
    const { cost, ...tokens } = total(spent.flatMap((each) => each ?? [])) ?? { input: 0, output: 0 }
    this.tellAll(complete[best ?? 0] ?? first, { ...tokens, ...(costs && cost !== undefined && { cost }) })
  }
}

/** Reads an exchange to its end. Throws what it failed with. */
export async function finished(exchange: Exchange): Promise<Completion> {
  while (!exchange.done) await exchange.next()
  const { completion, failure: told } = exchange.whole
  if (completion) return completion
  throw new GatewayError(told ?? failure({ status: 502, message: 'The provider gave no reply.' }))
}
