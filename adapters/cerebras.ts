/**
 * Cerebras.
 *
 * @see https://inference-docs.cerebras.ai/api-reference/chat-completions
 * @module
 */
import { enforceable } from './cerebras/schema.ts'
import { dialect, LACKING } from './openai/dialect.ts'
import { asReasoning, inTags } from './openai/thoughts.ts'

/** Cerebras. It refuses every member it does not know, `reasoning_content` among them. */
export const cerebras = dialect({
  name: 'cerebras',
  baseURL: 'https://api.cerebras.ai/v1',
  developer: false,
  refusals: false,
  chooses: ['none', 'required', 'tool'],
  supports: {
    ...LACKING,
    frequencyPenalty: false,
    presencePenalty: false,
    logitBias: false,
    parallelToolCalls: false,
    choices: false,
    images: false,
    names: false,
  },
  extensions: ['reasoning_format', 'clear_thinking', 'disable_reasoning', 'min_tokens'],
  schema: enforceable,
  efforts: { minimal: 'low', xhigh: 'high', max: 'high' },
  facts: [
    // It always thinks, and reads its thoughts in a member of their own.
    {
      match: 'gpt-oss',
      differs: { replay: asReasoning, efforts: { none: 'low', minimal: 'low', xhigh: 'high', max: 'high' } },
    },
    // It forgets the thoughts of earlier turns unless it is told not to.
    { match: 'glm', differs: { replay: inTags, tweak: (body) => ({ clear_thinking: false, ...body }) } },
  ],
  embeddings: false,
})
