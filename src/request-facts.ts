/**
 * What of a request can decide where it goes.
 *
 * @module
 */
import { type ChatRequest, type Message, parts } from './canonical.ts'

/** Facts about one request. */
export interface RequestFacts {
  readonly tools: boolean
  readonly images: boolean
  readonly files: boolean
  readonly audio: boolean
  /** Whether the answer must follow a JSON schema. */
  readonly schema: boolean
  /** Whether the model is asked to think. */
  readonly reasoning: boolean
  /** Tokens of the input, estimated. */
  readonly inputTokens: number
  /** How hard the request seems, from 0 to 1. */
  readonly complexity: number
  readonly metadata: Readonly<Record<string, string>>
  readonly user: string | undefined
  /** The value of a header of the request. */
  header(name: string): string | undefined
}

/** Characters of a token, about, as tokenizers cut English text and code. */
const CHARACTERS = 4
/** Tokens of a picture or a document, about: providers count between 85 and 1,600. */
const MEDIA = 1000

/** What weighs how much in the complexity of a request. */
export interface ComplexityWeights {
  /** The length of the last words of the user: the full weight at 2,000 tokens. */
  readonly prompt: number
  /** The length of the whole conversation: the full weight at 32,000 tokens. */
  readonly context: number
  /** The number of tools: the full weight at 8. */
  readonly tools: number
  /** The number of turns: the full weight at 12. */
  readonly turns: number
  /** Code, formulas and lists in the last words. */
  readonly form: number
  /** Words that ask for thought: prove, derive, design, debug, refactor, compare, step by step … */
  readonly words: number
  /** Thinking that was asked for, by its effort. */
  readonly effort: number
}

/** The weights unless said otherwise. They add up to 1. */
export const WEIGHTS: ComplexityWeights = {
  prompt: 0.15,
  context: 0.15,
  tools: 0.1,
  turns: 0.05,
  form: 0.15,
  words: 0.2,
  effort: 0.2,
}

/** The facts of a request. */
export function factsOf(
  request: ChatRequest,
  header: (name: string) => string | undefined,
  weights: ComplexityWeights = WEIGHTS,
): RequestFacts {
  const kinds = new Set<string>()
  let tokens = 0
  for (const message of request.messages) tokens += weigh(message, kinds)
  tokens += Math.ceil(JSON.stringify(request.tools ?? []).length / CHARACTERS)
  const reasoning = request.reasoning !== undefined && request.reasoning.effort !== 'none'
  return {
    tools: (request.tools?.length ?? 0) > 0,
    images: kinds.has('image'),
    files: kinds.has('file'),
    audio: kinds.has('audio'),
    schema: request.format?.type === 'schema',
    reasoning,
    inputTokens: tokens,
    complexity: complexity(request, tokens, weights),
    metadata: request.metadata ?? {},
    user: request.user,
    header,
  }
}

/** Tokens of a message, estimated. Kinds of its parts are added to those seen. */
function weigh(message: Message, kinds: Set<string>): number {
  if (message.role === 'assistant') {
    return message.blocks.reduce((sum, { text }) => sum + Math.ceil(text.length / CHARACTERS), 0)
  }
  return parts(message.content).reduce((sum, part) => {
    kinds.add(part.type)
    return sum + (part.type === 'text' ? Math.ceil(part.text.length / CHARACTERS) : MEDIA)
  }, 4)
}

const FORM = /```|\$\$|\\frac|\bSELECT\b.+\bFROM\b|^\s*(?:\d+\.|[-*])\s.+\n\s*(?:\d+\.|[-*])\s/mu
const WORDS =
  /\b(?:prove|derive|analy[sz]e|design|architect|debug|refactor|optimi[sz]e|compare|evaluate|trade-?offs?|theorem|algorithm|step by step|root cause|why does|implement|migrate)\b/giu

const EFFORTS: Readonly<Record<string, number>> = {
  none: 0,
  minimal: 0.2,
  low: 0.4,
  medium: 0.6,
  high: 0.9,
  xhigh: 1,
  max: 1,
}

/** How hard a request seems: a weighted sum of signs, each from 0 to 1. A guess, cheap and explained, not a judgement. */
function complexity(request: ChatRequest, tokens: number, weights: ComplexityWeights): number {
  const last = request.messages.findLast(({ role }) => role === 'user')
  const prompt =
    last?.role === 'user'
      ? parts(last.content)
          .map((part) => (part.type === 'text' ? part.text : ''))
          .join('\n')
      : ''
  const asking = prompt.slice(0, 20_000)
  const signs: ComplexityWeights = {
    prompt: share(prompt.length / CHARACTERS, 2000),
    context: share(tokens, 32_000),
    tools: share(request.tools?.length ?? 0, 8),
    turns: share(request.messages.length, 12),
    form: FORM.test(asking) ? 1 : 0,
    words: share(new Set(asking.match(WORDS)?.map((word) => word.toLowerCase())).size, 3),
    effort: EFFORTS[request.reasoning?.effort ?? 'none'] ?? 0.6,
  }
  // The signs have the names of their weights, and no others.
  const names = Object.keys(signs) as (keyof ComplexityWeights)[]
  const whole = names.reduce((sum, name) => sum + weights[name], 0)
  return whole === 0 ? 0 : names.reduce((sum, name) => sum + signs[name] * weights[name], 0) / whole
}

function share(value: number, full: number): number {
  return Math.min(value / full, 1)
}
