import type { Adapter, Capabilities } from '../src/adapter.ts'

/** Capabilities of a provider that can do everything. */
export const everything: Capabilities = {
  temperature: true,
  topP: true,
  topK: true,
  stop: true,
  seed: true,
  frequencyPenalty: true,
  presencePenalty: true,
  logitBias: true,
  parallelToolCalls: true,
  verbosity: true,
  prediction: true,
  user: true,
  safetyIdentifier: true,
  metadata: true,
  store: true,
  serviceTier: true,
  promptCaching: true,
  names: true,
  tools: true,
  customTools: true,
  images: true,
  audioInput: true,
  files: true,
  schema: true,
  json: true,
  logprobs: true,
  choices: true,
  audioOutput: true,
  imageOutput: true,
  webSearch: true,
  moderation: true,
  reasoning: true,
}

/** An adapter that says nothing: a base for those that a test needs. */
export const silent: Adapter = {
  name: 'silent',
  baseURL: 'http://silent.test',
  supports: everything,
  extensions: ['*'],
  patterns: [],
  facts: [],
  authorize() {},
}
