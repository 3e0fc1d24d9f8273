/**
 * Whose recorded embeddings can be replayed, and how. A new provider is a row here.
 *
 * @module
 */
import { z } from 'zod'
import { azure } from '../../adapters/azure.ts'
import { bedrock } from '../../adapters/bedrock.ts'
import { cohere } from '../../adapters/cohere.ts'
import { google } from '../../adapters/google.ts'
import { mistral } from '../../adapters/mistral.ts'
import { ollama } from '../../adapters/ollama.ts'
import { openai } from '../../adapters/openai.ts'
import { openrouter } from '../../adapters/openrouter.ts'
import { perplexity } from '../../adapters/perplexity.ts'
import { vertex } from '../../adapters/vertex.ts'
import type { Adapter, Schema } from '../../src/adapter.ts'
import { EMBEDDINGS } from '../contract/embeddings.ts'
import { EMBED_ORACLES, type EmbedOracle } from './embed-oracle.ts'

/** How one provider's recorded embeddings are replayed. */
export interface EmbedRoute {
  readonly protocol: string
  readonly provider: string
  readonly adapter: Adapter
  /** Without one nothing of this protocol was recorded, and it is only asked what others were asked. */
  readonly oracle?: EmbedOracle
  /** What the provider's API accepts. */
  readonly request: Schema<unknown>
  /** A model to ask what others were asked. */
  readonly model: string
}

const apiKey = 'test'
const project = 'test'

/** All of them. */
export const EMBED_ROUTES: readonly EmbedRoute[] = [
  route('openai-embeddings', 'openai', openai({ apiKey }), 'text-embedding-3-small', EMBED_ORACLES.openai),
  route(
    'openai-embeddings',
    'azure',
    azure({ apiKey, baseURL: 'https://acme.openai.azure.com' }),
    'text-embedding-3-small',
    EMBED_ORACLES.openai,
  ),
  route('openai-embeddings', 'mistral', mistral({ apiKey }), 'codestral-embed', EMBED_ORACLES.openai),
  route(
    'openai-embeddings',
    'openrouter',
    openrouter({ apiKey }),
    'openai/text-embedding-3-small',
    EMBED_ORACLES.openai,
  ),
  route('openai-embeddings', 'perplexity', perplexity({ apiKey }), 'pplx-embed-v1-0.6b', EMBED_ORACLES.bytes),
  {
    ...route('openai-embeddings', 'voyage', elsewhere(), 'voyage-3.5', EMBED_ORACLES.openai),
    // Nothing is known of it but that it is like OpenAI.
    request: z.looseObject({ model: z.string(), input: z.unknown() }),
  },
  route('cohere-v2', 'cohere', cohere({ apiKey }), 'embed-v4.0', EMBED_ORACLES.cohere),
  route('gemini', 'google', google({ apiKey }), 'gemini-embedding-2', EMBED_ORACLES.gemini),
  route('gemini', 'google-vertex', vertex({ project, apiKey }), 'gemini-embedding-2', EMBED_ORACLES.gemini),
  route('vertex-predict', 'google-vertex', vertex({ project, apiKey }), 'text-embedding-005', EMBED_ORACLES.prediction),
  route('bedrock-invoke', 'bedrock', bedrock({ apiKey }), 'amazon.titan-embed-text-v2:0', EMBED_ORACLES.invocation),
  route('ollama', 'ollama', ollama({}), 'nomic-embed-text'),
]

function route(protocol: string, provider: string, adapter: Adapter, model: string, oracle?: EmbedOracle): EmbedRoute {
  const request = EMBEDDINGS[adapter.name]
  if (!request) throw new TypeError(`Nobody judges what ${adapter.name} is asked to embed.`)
  return { protocol, provider, adapter, model, request, ...(oracle && { oracle }) }
}

function elsewhere(): Adapter {
  return openai({ apiKey, baseURL: 'http://127.0.0.1:8000/v1' })
}
