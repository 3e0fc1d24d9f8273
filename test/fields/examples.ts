/**
 * The models that fields are tried with: for every adapter a typical one, and where answers depend on it others.
 *
 * @module
 */
import type { Adapter, Schema } from '../../src/adapter.ts'
import { subjects } from '../contract/subjects.ts'

/** An adapter, and models that stand for the others. */
export interface Example {
  readonly adapter: Adapter
  /** What they are called for short → their names. */
  readonly models: Readonly<Record<string, string>>
  /** Judges what is sent as strictly as the provider does. */
  readonly request: Schema<unknown>
}

const MODELS: Readonly<Record<string, Example['models']>> = {
  anthropic: { 'Opus 5': 'claude-opus-5', 'Sonnet 4.5': 'claude-sonnet-4-5', 'Haiku 3.5': 'claude-3-5-haiku-latest' },
  bedrock: { 'Sonnet 4.5': 'us.anthropic.claude-sonnet-4-5-20250929-v1:0', 'Nova Pro': 'amazon.nova-pro-v1:0' },
  cohere: { 'Command A+': 'command-a-plus-05-2026', 'Command R': 'command-r-08-2024' },
  google: { 'Gemini 3.8': 'gemini-3.8-flash', 'Gemini 2.5': 'gemini-2.5-flash' },
  mistral: { Small: 'mistral-small-latest', Magistral: 'magistral-medium-latest', Codestral: 'codestral-latest' },
  ollama: { 'gpt-oss': 'gpt-oss', Llama: 'llama3.2' },
  openai: { 'GPT-5.4': 'gpt-5.4', '4o': 'gpt-4o-mini' },
  vertex: { Gemini: 'gemini-3.8-flash', Claude: 'claude-sonnet-4-5' },
  azure: { 'GPT-5.4': 'gpt-5.4' },
  cerebras: { Llama: 'llama3.3-70b', 'gpt-oss': 'gpt-oss-120b' },
  deepseek: { V4: 'deepseek-v4-pro' },
  fireworks: { GLM: 'accounts/fireworks/models/glm-4p7' },
  groq: { 'gpt-oss': 'openai/gpt-oss-120b', Llama: 'meta-llama/llama-4-scout-17b-16e-instruct' },
  huggingface: { GLM: 'zai-org/GLM-4.7:novita' },
  moonshot: { 'K2.5': 'kimi-k2.5', K2: 'kimi-k2-0905-preview' },
  openrouter: { Claude: 'anthropic/claude-sonnet-4.5' },
  perplexity: { 'Sonar Pro': 'sonar-reasoning-pro' },
  qwen: { Plus: 'qwen-plus' },
  together: { GLM: 'zai-org/GLM-4.7' },
  vllm: { Qwen: 'Qwen/Qwen3-8B' },
  xai: { 'Grok 4.5': 'grok-4.5', 'Grok 3': 'grok-3' },
  zhipu: { 'GLM 5.2': 'glm-5.2', 'GLM 4.7': 'glm-4.7' },
}

/** Every adapter there is. */
export const examples: readonly Example[] = subjects.map(({ adapter, request }) => {
  const models = MODELS[adapter.name]
  if (!models) throw new Error(`There is no example of a model of ${adapter.name}.`)
  return { adapter, models, request }
})
