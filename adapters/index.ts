/**
 * Every provider, one line each.
 *
 * @module
 */
export { anthropic } from './anthropic.ts'
export { azure } from './azure.ts'
export { cerebras } from './cerebras.ts'
export { fireworks } from './fireworks.ts'
export { huggingface } from './huggingface.ts'
export { moonshot } from './moonshot.ts'
export { openrouter } from './openrouter.ts'
export { perplexity } from './perplexity.ts'
export { qwen } from './qwen.ts'
export { together } from './together.ts'
export { vllm } from './vllm.ts'
export { zhipu } from './zhipu.ts'
export { cohere } from './cohere.ts'
export { bedrock } from './bedrock.ts'
export { google } from './google.ts'
export { deepseek } from './deepseek.ts'
export { groq } from './groq.ts'
export { mistral } from './mistral.ts'
export { ollama } from './ollama.ts'
export { openai } from './openai.ts'
export { vertex } from './vertex.ts'
export { xai } from './xai.ts'
