/**
 * What is asked of a gateway: how much, how often at once, and how its provider answers.
 *
 * @module
 */

/** Protocols that the mock upstream speaks, by the provider whose they are. */
export const PROTOCOLS = ['anthropic', 'google', 'openai', 'bedrock'] as const

/** A protocol of the mock upstream. */
export type Protocol = (typeof PROTOCOLS)[number]

/** Models asked for, by protocol. */
export const MODELS: Readonly<Record<Protocol, string>> = {
  anthropic: 'anthropic/claude-haiku-4-5',
  google: 'google/gemini-2.5-flash',
  openai: 'openai/gpt-4o-mini',
  bedrock: 'bedrock/us.anthropic.claude-haiku-4-5-20251001-v1:0',
}

/** How the mock upstream streams. */
export interface Shape {
  /** Pieces of text in one stream. */
  readonly deltas: number
  /** Milliseconds between two of them; 0 where all are there at once. */
  readonly pace: number
}

/** One kind of load. */
export interface Scenario extends Shape {
  readonly name: string
  /** What it is, in words for the reader of a table. */
  readonly title: string
  readonly stream: boolean
  /** About how many bytes of conversation a request holds. */
  readonly bytes: number
  /** Requests under way at a time. */
  readonly concurrency: number
}

const whole = { stream: false, deltas: 0, pace: 0 }
const stream = { stream: true, bytes: 1000 }

/** All kinds of load, by name. */
export const SCENARIOS = {
  'json-1k': { ...whole, title: '1 KB JSON, per request', bytes: 1000, concurrency: 32 },
  single: { ...whole, title: '1 KB JSON one at a time, per request', bytes: 1000, concurrency: 1 },
  'json-100k': { ...whole, title: '100 KB conversation, per request', bytes: 100_000, concurrency: 8 },
  'burst-100': { ...stream, title: 'burst of 100, per event', deltas: 100, pace: 0, concurrency: 16 },
  'burst-1000': { ...stream, title: 'burst of 1,000, per event', deltas: 1000, pace: 0, concurrency: 4 },
  paced: { ...stream, title: 'paced, 100 streams of 50/s, per event', deltas: 50, pace: 20, concurrency: 100 },
  first: { ...stream, title: 'time to first event', deltas: 10, pace: 5, concurrency: 4 },
} as const

/** The name of a kind of load. */
export type ScenarioName = keyof typeof SCENARIOS

/** A kind of load by its name. */
export function scenario(name: ScenarioName): Scenario {
  return { name, ...SCENARIOS[name] }
}

/** Whether there is such a kind of load. */
export function isScenario(name: string): name is ScenarioName {
  return Object.hasOwn(SCENARIOS, name)
}

/** What the cost of one request is divided by: its events where it streams, else itself. */
export function unitsOf({ stream, deltas }: Scenario): number {
  return stream ? deltas : 1
}
