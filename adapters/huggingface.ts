/**
 * Hugging Face's router: many providers behind one, each with ways of its own.
 *
 * @see https://huggingface.co/docs/inference-providers/tasks/chat-completion
 * @module
 */
import { COMPATIBLE, dialect, LACKING } from './openai/dialect.ts'

/** Hugging Face's Inference Providers. */
export const huggingface = dialect({
  ...COMPATIBLE,
  name: 'huggingface',
  baseURL: 'https://router.huggingface.co/v1',
  environment: { apiKey: ['HF_TOKEN'] },
  headers: { billTo: 'x-hf-bill-to' },
  supports: { ...LACKING, choices: false, parallelToolCalls: false, topK: true },
  strict: false,
  thinkTags: true,
  // What Text Generation Inference says of its own accord.
  finish: { eos_token: 'stop', stop_sequence: 'stop' },
  // The router has them only as pipelines of single models, under addresses of their own.
  embeddings: false,
})
