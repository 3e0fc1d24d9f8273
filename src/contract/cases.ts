/**
 * The cases that every provider has, under the same names, unless it denies the capability they are about.
 *
 * @module
 */
import type { Capabilities } from '../adapter.ts'

/** Shared case name → the capability it shows. `always` are cases no provider can do without; `optional` ones depend on what it happens to do. */
export const CASES: Readonly<Record<string, keyof Capabilities | 'always' | 'models' | 'embeddings' | 'optional'>> = {
  text: 'always',
  system: 'always',
  'multi-turn': 'always',
  unicode: 'always',
  'max-tokens': 'always',
  knobs: 'always',
  'stop-sequence': 'stop',
  'tool-call': 'tools',
  'tool-call-without-arguments': 'tools',
  'parallel-tool-calls': 'tools',
  'tool-result': 'tools',
  'tool-choice-required': 'tools',
  'custom-tool': 'customTools',
  'json-object': 'json',
  'json-schema': 'schema',
  'image-url': 'images',
  'image-data': 'images',
  'file-data': 'files',
  'audio-input': 'audioInput',
  'audio-output': 'audioOutput',
  'image-output': 'imageOutput',
  reasoning: 'reasoning',
  'reasoning-replay': 'reasoning',
  logprobs: 'logprobs',
  choices: 'choices',
  'web-search': 'webSearch',
  moderation: 'moderation',
  'prompt-cache': 'promptCaching',
  'usage-cached': 'promptCaching',
  refusal: 'optional',
  'content-filter': 'optional',
  'error-400': 'always',
  'error-401': 'always',
  'error-429': 'always',
  'error-mid-stream': 'always',
  'stream-cut': 'always',
  models: 'models',
  embeddings: 'embeddings',
  'embeddings-base64': 'embeddings',
}

/** Request members that the case `knobs` sets, by the knob each of them shows. */
export const KNOBS: Readonly<Record<string, keyof Capabilities>> = {
  temperature: 'temperature',
  top_p: 'topP',
  top_k: 'topK',
  stop: 'stop',
  seed: 'seed',
  frequency_penalty: 'frequencyPenalty',
  presence_penalty: 'presencePenalty',
  logit_bias: 'logitBias',
  parallel_tool_calls: 'parallelToolCalls',
  verbosity: 'verbosity',
  prediction: 'prediction',
  user: 'user',
  metadata: 'metadata',
  store: 'store',
  service_tier: 'serviceTier',
}
