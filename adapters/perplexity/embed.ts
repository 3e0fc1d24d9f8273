/**
 * Embeddings, of which the coordinates are signed bytes.
 *
 * @see https://docs.perplexity.ai/api-reference/embeddings-post
 * @module
 */
import type { EmbedTable } from '../openai/embed.ts'

/** How they differ from OpenAI's. */
export const embeddings: EmbedTable = {
  path: '/v1/embeddings',
  batch: 512,
  tokens: false,
  user: false,
  // Of the two forms there are, the one that has a number for each dimension is the default.
  base64: false,
  // What these are like is told by their angle, so their length is left as it is.
  read: (embedding) => Array.from(Int8Array.from(atob(embedding), (byte) => byte.charCodeAt(0))),
}
