/**
 * An answer as Converse tells it, whole and streamed.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ConverseStream.html
 * @module
 */
import type { Json, JsonObject } from '../../../src/canonical.ts'
import type { Act, Answer } from '../../../src/sandbox.ts'
import { fragments, freshId, type Told, words } from '../../../src/sandbox/stage.ts'
import { sealFrame } from '../../../src/wire/eventstream.ts'
import { parseObject } from '../../../src/wire/json.ts'
import type { BedrockFact } from '../models.ts'
import type { Counted } from './cache.ts'
import type { Asked } from './request.ts'
import { sign } from './rules.ts'

/** A block in both of its forms. A call that was cut never ends in a stream. */
interface Block {
  readonly whole: JsonObject
  readonly start?: JsonObject
  readonly deltas: readonly JsonObject[]
  readonly isOpen?: boolean | undefined
}

const REASONS: Readonly<Record<Answer['end'], string>> = {
  done: 'end_turn',
  calls: 'tool_use',
  length: 'max_tokens',
  stop: 'stop_sequence',
  refusal: 'content_filtered',
  pause: 'end_turn',
}

/** Tells an answer. */
export function reply(request: Asked, model: string, fact: BedrockFact, answer: Answer, input: Counted): Told {
  const blocks = answer.acts.map((act) => block(act, model, fact))
  const { fresh, read, written } = input
  const asksForStop = request.additionalModelResponseFieldPaths.includes('/delta/stop_sequence')
  const ending = {
    stopReason: REASONS[answer.end],
    ...(asksForStop && { additionalModelResponseFields: { delta: { stop_sequence: answer.stopped ?? null } } }),
  }
  const metadata = {
    usage: {
      inputTokens: fresh,
      outputTokens: answer.output,
      totalTokens: fresh + read + written + answer.output,
      ...(fact.caches !== 'nowhere' && { cacheReadInputTokens: read, cacheWriteInputTokens: written }),
    },
    metrics: { latencyMs: 1 },
  }
  const content = blocks.map(({ whole }) => whole)
  return {
    body: { output: { message: { role: 'assistant', content } }, ...ending, ...metadata },
    events: [
      event('messageStart', { role: 'assistant' }),
      ...blocks.flatMap(grow),
      event('messageStop', ending),
      event('metadata', metadata),
    ],
  }
}

function grow({ start, deltas, isOpen }: Block, contentBlockIndex: number): readonly Uint8Array[] {
  return [
    ...(start ? [event('contentBlockStart', { contentBlockIndex, start })] : []),
    ...deltas.map((delta) => event('contentBlockDelta', { contentBlockIndex, delta })),
    ...(isOpen ? [] : [event('contentBlockStop', { contentBlockIndex })]),
  ]
}

/** One event of a stream. The real ones are padded in the same way. */
function event(type: string, payload: JsonObject): Uint8Array {
  return sealFrame(JSON.stringify({ [type]: { ...payload, p: 'abcdefghijklmnop' } }))
}

function block(act: Act, model: string, { claude }: BedrockFact): Block {
  switch (act.type) {
    case 'thought': {
      const signature = claude && sign(model, act.text)
      const deltas = words(act.text).map((text) => ({ reasoningContent: { text } }))
      return {
        whole: { reasoningContent: { reasoningText: { text: act.text, ...(signature && { signature }) } } },
        deltas: [...deltas, ...(signature ? [{ reasoningContent: { signature } }] : [])],
      }
    }
    case 'call': {
      const head = { toolUseId: freshId('tooluse_'), name: act.name }
      const pieces = act.text === '{}' ? [''] : fragments(act.text)
      return {
        whole: { toolUse: { ...head, input: readable(act.text) } },
        start: { toolUse: head },
        deltas: pieces.map((input) => ({ toolUse: { input } })),
        isOpen: act.cut,
      }
    }
    case 'text':
    case 'refusal':
    case 'search':
      return { whole: { text: act.text }, deltas: words(act.text).map((text) => ({ text })) }
  }
}

/** An input, or as many of its members as are complete where it was cut. */
function readable(json: string): Json {
  const commas = [...json.matchAll(/,/gu)].map(({ index }) => `${json.slice(0, index)}}`)
  return [json, ...commas.toReversed()].map(parseObject).find((input) => input !== undefined) ?? {}
}
