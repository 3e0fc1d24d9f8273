/**
 * Features that a provider lacks and nothing can stand in for: the reasons for which a request of OpenAI's may be refused.
 *
 * @module
 */
import type { Failure } from '../../src/canonical.ts'

interface Missing {
  readonly param: RegExp
  readonly code: string | null
  readonly says: string
}

/** By provider. The specification of its translation refuses each of these. */
const MISSING: Readonly<Record<string, readonly Missing[]>> = {
  anthropic: [
    { param: /\.content\[\d+\]$/u, code: 'unsupported_content_part', says: 'a kind of content the model cannot read' },
    { param: /\.file$/u, code: 'unsupported_content_part', says: 'a kind of document the model cannot read' },
    {
      param: /\.(?:file|image_url)\.file_id$/u,
      code: 'unsupported_content_part',
      says: 'a file in the store of another provider',
    },
    { param: /^moderation$/u, code: 'unsupported_parameter', says: 'no moderation' },
    { param: /^logprobs$/u, code: 'unsupported_parameter', says: 'no log probabilities' },
    { param: /^modalities$/u, code: 'unsupported_parameter', says: 'no audio output' },
  ],
  bedrock: [
    { param: /\.content\[\d+\]$/u, code: 'unsupported_content_part', says: 'a kind of content the model cannot read' },
    {
      param: /\.image_url$/u,
      code: 'unsupported_content_part',
      says: 'an address, of which the bytes are fetched first',
    },
    { param: /\.file$/u, code: 'unsupported_content_part', says: 'a file in the store of another provider' },
    { param: /^response_format$/u, code: 'unsupported_value', says: 'no schema beside the tools of this model' },
    { param: /^web_search_options$/u, code: 'unsupported_parameter', says: 'no web search with this model' },
    { param: /^moderation$/u, code: 'unsupported_parameter', says: 'no moderation' },
    { param: /^logprobs$/u, code: 'unsupported_parameter', says: 'no log probabilities' },
    { param: /^modalities$/u, code: 'unsupported_parameter', says: 'no audio output' },
  ],
  cohere: [
    { param: /\.content\[\d+\](?:\.file)?$/u, code: 'unsupported_content_part', says: 'content the model cannot read' },
    { param: /^response_format$/u, code: 'unsupported_value', says: 'no schema beside tools' },
    { param: /^top_logprobs$/u, code: 'unsupported_parameter', says: 'no alternatives to a token' },
    { param: /^moderation$/u, code: 'unsupported_parameter', says: 'no moderation' },
    { param: /^modalities$/u, code: 'unsupported_parameter', says: 'no audio output' },
    { param: /^web_search_options$/u, code: 'unsupported_parameter', says: 'no web search' },
    { param: /^tools\[\d+\]\.type$/u, code: 'unsupported_value', says: "a tool of another provider's" },
  ],
  'google-vertex': [
    { param: /\.content\[\d+\]$/u, code: 'unsupported_content_part', says: 'a kind of content the model cannot read' },
    {
      param: /\.image_url$/u,
      code: 'unsupported_content_part',
      says: 'an address, of which the bytes are fetched first',
    },
    {
      param: /\.file$|\.(?:file|image_url)\.file_id$/u,
      code: 'unsupported_content_part',
      says: 'a file in the store of another provider',
    },
    { param: /^response_format$/u, code: 'unsupported_parameter', says: 'no schema beside the tools of this model' },
    { param: /^moderation$/u, code: 'unsupported_parameter', says: 'no moderation' },
    { param: /^logprobs$/u, code: 'unsupported_parameter', says: 'no log probabilities' },
    { param: /^modalities$/u, code: 'unsupported_parameter', says: 'no audio output' },
  ],
  google: [
    {
      param: /\.(?:file|image_url)\.file_id$/u,
      code: 'unsupported_content_part',
      says: 'a file in the store of another provider',
    },
    { param: /^moderation$/u, code: 'unsupported_parameter', says: 'no moderation' },
    { param: /^logprobs$/u, code: 'unsupported_parameter', says: 'no log probabilities' },
    { param: /^modalities$/u, code: 'unsupported_parameter', says: 'no audio output' },
    { param: /^audio\.format$/u, code: 'unsupported_value', says: 'no such format of sound' },
    {
      param: /^(?:tools|web_search_options)$/u,
      code: 'unsupported_value',
      says: 'no tools of its own beside functions',
    },
    { param: /^tools\[\d+\]\.type$/u, code: 'unsupported_value', says: "a tool of another provider's" },
  ],
  deepseek: [
    { param: /\.content\[\d+\]$/u, code: 'unsupported_content_part', says: 'a kind of content the model cannot read' },
    { param: /^moderation$/u, code: 'unsupported_parameter', says: 'no moderation' },
    { param: /^modalities$/u, code: 'unsupported_parameter', says: 'no audio output' },
    { param: /^web_search_options$/u, code: 'unsupported_parameter', says: 'no web search' },
    { param: /^response_format$/u, code: 'unsupported_parameter', says: 'no schema beside tools' },
  ],
  groq: [
    { param: /\.content\[\d+\]$/u, code: 'unsupported_content_part', says: 'a kind of content the model cannot read' },
    { param: /^moderation$/u, code: 'unsupported_parameter', says: 'no moderation' },
    { param: /^modalities$/u, code: 'unsupported_parameter', says: 'no audio output' },
    { param: /^web_search_options$/u, code: 'unsupported_parameter', says: 'no web search' },
    { param: /^logprobs$/u, code: 'unsupported_parameter', says: 'no log probabilities' },
    { param: /^response_format$/u, code: 'unsupported_value', says: 'no form beside tools' },
  ],
  xai: [
    { param: /\.content\[\d+\]$/u, code: 'unsupported_content_part', says: 'a kind of content the model cannot read' },
    { param: /^moderation$/u, code: 'unsupported_parameter', says: 'no moderation' },
    { param: /^modalities$/u, code: 'unsupported_parameter', says: 'no audio output' },
    { param: /^web_search_options$/u, code: 'unsupported_parameter', says: 'no web search' },
  ],
  ollama: [
    { param: /\.content\[\d+\]$/u, code: 'unsupported_content_part', says: 'content the model cannot read' },
    { param: /\.image_url$/u, code: 'unsupported_content_part', says: 'a picture by its address' },
    { param: /^moderation$/u, code: 'unsupported_parameter', says: 'no moderation' },
    { param: /^modalities$/u, code: 'unsupported_parameter', says: 'no audio output' },
    { param: /^web_search_options$/u, code: 'unsupported_parameter', says: 'no web search' },
    { param: /^tools\[\d+\]\.type$/u, code: 'unsupported_value', says: "a tool of another provider's" },
  ],
  mistral: [
    { param: /^moderation$/u, code: 'unsupported_parameter', says: 'no moderation' },
    { param: /^logprobs$/u, code: 'unsupported_parameter', says: 'no log probabilities' },
    { param: /^modalities$/u, code: 'unsupported_parameter', says: 'no audio output' },
    { param: /^web_search_options$/u, code: 'unsupported_parameter', says: 'no web search' },
    { param: /^tools\[\d+\]\.type$/u, code: 'invalid_value', says: "a tool of another provider's" },
  ],
}

/** What hardly anybody has who is like OpenAI. */
const COMMON: readonly Missing[] = [
  { param: /\.content\[\d+\]$/u, code: 'unsupported_content_part', says: 'a kind of content the model cannot read' },
  { param: /^logprobs$/u, code: 'unsupported_parameter', says: 'no log probabilities' },
  { param: /^modalities$/u, code: 'unsupported_parameter', says: 'no audio output' },
  { param: /^moderation$/u, code: 'unsupported_parameter', says: 'no moderation' },
  { param: /^response_format$/u, code: 'unsupported_parameter', says: 'no schema beside tools' },
  { param: /^web_search_options$/u, code: 'unsupported_parameter', says: 'no web search' },
]

/** Providers of which no more is missing than that, or more. */
const ALIKE: Readonly<Record<string, readonly Missing[]>> = {
  ...Object.fromEntries(['alibaba', 'cerebras', 'huggingface', 'together', 'zai'].map((name) => [name, COMMON])),
  ...Object.fromEntries(['gpustack', 'lmstudio', 'openai-compatible'].map((name) => [name, COMMON])),
  azure: COMMON,
  openrouter: COMMON,
  perplexity: [
    ...COMMON,
    { param: /^tools$/u, code: 'unsupported_parameter', says: 'no tools' },
    { param: /^messages$/u, code: 'unsupported_value', says: 'no going on from its own words' },
  ],
}

/** What OpenAI itself has in its Responses API alone. */
const BY_ID: Missing = {
  param: /\.content\[\d+\]$/u,
  code: 'unsupported_content_part',
  says: 'a picture by the id of its file',
}

/** The missing feature that a failure names, if it is one of those known to be missing. */
export function missingFeature(provider: string, { param, code }: Failure): string | undefined {
  return [...(MISSING[provider] ?? ALIKE[provider] ?? []), BY_ID].find(
    (missing) => missing.code === code && missing.param.test(param ?? ''),
  )?.says
}
