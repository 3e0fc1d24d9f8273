/**
 * The providers that have a protocol of their own, each with what it says first: it thinks, in every way it can, says
 * something, and makes two calls at once.
 *
 * @module
 */
import { anthropic } from '../../adapters/anthropic.ts'
import { sign as signClaude } from '../../adapters/anthropic/sandbox/rules.ts'
import { bedrock } from '../../adapters/bedrock.ts'
import { sign as signConverse } from '../../adapters/bedrock/sandbox/rules.ts'
import { cohere } from '../../adapters/cohere.ts'
import { google } from '../../adapters/google.ts'
import { seal } from '../../adapters/google/sandbox/rules.ts'
import { mistral } from '../../adapters/mistral.ts'
import { ollama } from '../../adapters/ollama.ts'
import { openai } from '../../adapters/openai.ts'
import { vertex } from '../../adapters/vertex.ts'
import type { AdapterDefinition } from '../../src/adapter.ts'
import type { JsonObject } from '../../src/canonical.ts'
import { subjects } from '../contract/subjects.ts'
import { bedrockReplies, call, converseReply, hidden, text, thought } from '../properties/bedrock-replies.ts'
import { claudeMessage, claudeReplies } from '../properties/claude-replies.ts'
import { cohereReplies, cohereReply } from '../properties/cohere-replies.ts'
import { openaiReplies, openaiReply } from '../properties/dialect-replies.ts'
import { geminiReplies, geminiReply, once } from '../properties/gemini-replies.ts'
import { mistralReplies, mistralReply, said, thinking } from '../properties/mistral-replies.ts'
import { ollamaReplies, ollamaReply } from '../properties/ollama-replies.ts'
import type { Party } from './party.ts'
import { chat, claude, converse, gemini } from './protocols.ts'

/** What every party says beside its calls. */
export const WORDS = 'Einen Augenblick – 我查一下 🌦️'

/** The inputs of the two calls. */
export const INPUTS: readonly [JsonObject, JsonObject] = [{ city: 'Zürich' }, {}]

/** What Claude gives up where it thinks within a budget. */
const FORGOTTEN = 'reasoning_effort=turned off: the thoughts behind the last tool calls were not sent back'

/** Ids as long as some providers make them, that differ in nothing but their end. */
const LONG = 'x'.repeat(48)

export const parties: readonly Party[] = [
  {
    ...seat(anthropic, 'anthropic', 'claude-sonnet-4-5'),
    ...claudish('claude-sonnet-4-5', 'anthropic'),
  },
  {
    ...seat(bedrock, 'bedrock', 'us.anthropic.claude-sonnet-4-5-20250929-v1:0'),
    protocol: converse(bedrockReplies),
    reply: (tools) =>
      converseReply([
        thought('Thoughts at bedrock.', signConverse(bedrockReplies.model, 'Thoughts at bedrock.')),
        hidden('aGlkZGVuIGF0IGJlZHJvY2s='),
        text(WORDS),
        ...tools.map((name, index) => call(`tooluse_${LONG}${index}`, name, INPUTS[index] ?? {})),
      ]),
    secrets: [
      'Thoughts at bedrock.',
      signConverse(bedrockReplies.model, 'Thoughts at bedrock.'),
      'aGlkZGVuIGF0IGJlZHJvY2s=',
    ],
    refuses: 'not signed by this model, not sent',
    gaps: [FORGOTTEN],
  },
  {
    ...seat(cohere, 'cohere', 'command-a-plus-05-2026'),
    protocol: chat(cohereReplies),
    reply: (tools) =>
      cohereReply({
        role: 'assistant',
        content: [
          { type: 'thinking', thinking: 'Thoughts at cohere.' },
          { type: 'text', text: WORDS },
        ],
        tool_plan: 'A plan at cohere.',
        tool_calls: tools.map((name, index) => ({
          id: `${name}_${LONG}${index}`,
          type: 'function',
          function: { name, arguments: JSON.stringify(INPUTS[index]) },
        })),
      }),
    secrets: ['Thoughts at cohere.', 'A plan at cohere.'],
    refuses: 'not known to be of this model, not sent',
    gaps: [],
  },
  {
    ...seat(google, 'google', 'gemini-3-pro-preview'),
    ...geminian('gemini-3-pro-preview', (index) => `call-${LONG}${index}`),
  },
  {
    ...seat(mistral, 'mistral', 'mistral-small-latest'),
    protocol: chat(mistralReplies),
    reply: (tools) =>
      mistralReply({
        thoughts: [thinking('Thoughts at mistral.', { signature: 'c2lnbmVkIGF0IG1pc3RyYWw=' })],
        spoken: [said(WORDS)],
        calls: tools.map((name, index) => ({ name, input: INPUTS[index] ?? {} })),
      }),
    secrets: ['Thoughts at mistral.', 'c2lnbmVkIGF0IG1pc3RyYWw='],
    refuses: "not known as this model's, not sent",
    gaps: [],
  },
  {
    ...seat(ollama, 'ollama', 'qwen3-vl:8b'),
    protocol: chat(ollamaReplies),
    reply: (tools) =>
      ollamaReply({
        role: 'assistant',
        content: WORDS,
        thinking: 'Thoughts at ollama.',
        tool_calls: tools.map((name, index) => ({
          id: `functions.${name}:${index}`,
          function: { name, arguments: INPUTS[index] },
        })),
      }),
    secrets: ['Thoughts at ollama.'],
    refuses: 'not known to be of this model, not sent',
    gaps: [],
  },
  {
    ...seat(openai, 'openai', 'gpt-5'),
    protocol: chat(openaiReplies),
    reply: (tools) =>
      openaiReply({ content: WORDS, calls: tools.map((name, index) => ({ name, input: INPUTS[index] ?? {} })) }),
    secrets: [],
    refuses: 'not of this model, not sent',
    gaps: [],
  },
  {
    ...seat(vertex, 'vertex', 'gemini-3-flash-preview'),
    ...geminian('gemini-3-flash-preview'),
    name: 'vertex (Gemini)',
  },
  {
    ...seat(vertex, 'vertex', 'claude-sonnet-4-5@20250929'),
    ...claudish('claude-opus-4-5@20251101', 'vertex'),
    model: 'claude-opus-4-5@20251101',
    name: 'vertex (Claude)',
  },
]

/** A provider in its place: with its judge, and an API to speak to. */
function seat(
  definition: AdapterDefinition<never>,
  name: string,
  model: string,
): Pick<Party, 'name' | 'adapter' | 'model' | 'sandbox' | 'request'> {
  const subject = subjects.find(({ adapter }) => adapter.name === name)
  if (!subject || !definition.sandbox) throw new Error(`${name} has no judge, or no sandbox.`)
  return { name, model, adapter: subject.adapter, sandbox: definition.sandbox, request: subject.request }
}

function claudish(model: string, place: string): Pick<Party, 'protocol' | 'reply' | 'secrets' | 'refuses' | 'gaps'> {
  const thoughts = `Thoughts at ${place}.`
  const signature = signClaude(model, thoughts)
  const data = btoa(`hidden at ${place}`)
  return {
    protocol: claude(claudeReplies(model)),
    reply: (tools) =>
      claudeMessage(model, [
        { type: 'thinking', thinking: thoughts, signature },
        { type: 'redacted_thinking', data },
        { type: 'text', text: WORDS },
        ...tools.map((name, index) => ({
          type: 'tool_use',
          id: `toolu_${place}_${LONG}${index}`,
          name,
          input: INPUTS[index],
        })),
      ]),
    secrets: [thoughts, signature, data],
    refuses: 'not signed by this model, not sent',
    gaps: [FORGOTTEN],
  }
}

function geminian(
  model: string,
  id?: (index: number) => string,
): Pick<Party, 'protocol' | 'reply' | 'secrets' | 'refuses' | 'gaps' | 'signsCalls'> {
  const thoughts = `Thoughts of ${model}.`
  const thoughtSignature = seal(model)
  const gist = geminiReplies(model)
  return {
    protocol: gemini(id ? gist : { ...gist, again: (turn) => withoutIds(gist.again(turn)) }),
    reply: (tools) =>
      geminiReply(
        model,
        [
          once({ text: thoughts, thought: true }),
          once({ text: WORDS, thoughtSignature }),
          ...tools.map((name, index) =>
            once({
              functionCall: { ...(id && { id: id(index) }), name, args: INPUTS[index] },
              ...(index === 0 && { thoughtSignature }),
            }),
          ),
          once({ text: '', thoughtSignature }),
        ],
        'STOP',
      ),
    secrets: [thoughts, thoughtSignature],
    refuses: 'not of this model, not sent',
    gaps: ['messages[1].tool_calls[0]=came back without its thought signature, which is skipped'],
    signsCalls: true,
  }
}

/** Parts as they came from a place whose calls have no ids. */
function withoutIds(parts: unknown): unknown {
  return JSON.parse(JSON.stringify(parts), function (key, value: unknown) {
    return key === 'id' && 'args' in this ? undefined : value
  })
}
