/**
 * What each provider accepts of a request for embeddings. What a dialect accepts is written from its own documentation,
 * not from its table.
 *
 * @module
 */
import { z } from 'zod'
import { embedRequest as bedrock } from '../../adapters/bedrock/strict-embed.ts'
import { embedRequest as cohere } from '../../adapters/cohere/strict-embed.ts'
import { embedRequest as google } from '../../adapters/google/strict-embed.ts'
import { embedRequest as mistral } from '../../adapters/mistral/strict-embed.ts'
import { embedRequest as ollama } from '../../adapters/ollama/strict-embed.ts'
import { embedRequest as openai } from '../../adapters/openai/strict-embed.ts'
import { embedRequest as vertex } from '../../adapters/vertex/strict-embed.ts'
import type { Schema } from '../../src/adapter.ts'

const text = z.string().min(1)

/** A model and texts, of which there may be no more at once than this. */
const ofTexts = (most: number) => ({ model: text, input: z.union([text, z.array(text).min(1).max(most)]) })

/** By provider. One that is not here has no embeddings. */
export const EMBEDDINGS: Readonly<Record<string, Schema<unknown>>> = {
  bedrock,
  cohere,
  google,
  mistral,
  ollama,
  openai,
  vertex,
  azure: openai,
  // https://docs.fireworks.ai/api-reference/creates-an-embedding-vector-representing-the-input-text
  fireworks: z.strictObject({
    ...ofTexts(2048),
    dimensions: z.int().min(1).optional(),
    prompt_template: z.string().optional(),
    return_logits: z.array(z.int()).optional(),
    normalize: z.boolean().optional(),
  }),
  // https://openrouter.ai/docs/api_reference/embeddings
  openrouter: openai.extend({ provider: z.looseObject({}).optional(), input_type: z.string().optional() }),
  // https://docs.perplexity.ai/api-reference/embeddings-post
  perplexity: z.strictObject({
    ...ofTexts(512),
    dimensions: z.int().min(128).max(2560).optional(),
    encoding_format: z.enum(['base64_int8', 'base64_binary']).optional(),
  }),
  // https://www.alibabacloud.com/help/en/model-studio/text-embedding-synchronous-api
  qwen: z.strictObject({
    ...ofTexts(10),
    dimensions: z.literal([2048, 1536, 1024, 768, 512, 256, 128, 64]).optional(),
    encoding_format: z.literal('float').optional(),
  }),
  // `EmbeddingCreateParams` of the together-ai SDK
  together: z.strictObject(ofTexts(2048)),
  // https://docs.vllm.ai/en/latest/serving/openai_compatible_server.html#embeddings-api
  vllm: openai.extend({ truncate_prompt_tokens: z.int().optional(), normalize: z.boolean().optional() }),
  // https://docs.bigmodel.cn/api-reference
  zhipu: z.strictObject({ ...ofTexts(64), dimensions: z.literal([2048, 1024, 512, 256]).optional() }),
}
