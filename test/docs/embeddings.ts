/**
 * Writes docs/embeddings.md from what the adapters themselves say: `node test/docs/embeddings.ts`.
 *
 * @module
 */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Adapter, EmbedCodec } from '../../src/adapter.ts'
import { isObject } from '../../src/wire/json.ts'
import { subjects } from '../contract/subjects.ts'

/** Where the page is. */
export const PAGE = join(import.meta.dirname, '../../docs/embeddings.md')

const INTRODUCTION = `# Embeddings

\`POST /v1/embeddings\` takes what OpenAI's takes, for every provider that has embeddings:

\`\`\`ts
const { data } = await client.embeddings.create({
  model: 'google/gemini-embedding-001',
  input: ['Rome is a city.', 'Grüße aus Köln'],
  dimensions: 768,
})
\`\`\`

- More inputs than a provider takes at once become several calls, at most eight of them under way at the same time. Embeddings come in the order of their inputs and tokens are added up; where one call fails, all do.
- \`encoding_format\` is \`float\` unless the client says \`base64\`, which OpenAI's SDK does unasked: little-endian 32-bit floats, whoever embeds.
- Tokens in place of texts are refused where a provider takes only texts, and pictures as \`input\` are refused everywhere: OpenAI's API has no place for them.
- \`dimensions\` are refused where a model does not come in them, and checked against what comes back: a vector of another size, one too few or one too many is a 502.
- A text that is too long is refused rather than cut in silence, wherever that can be asked for: \`truncate\` of Cohere, Nova and Ollama, \`google.auto_truncate\` of Vertex AI.
- Vectors of Gemini's that are cut to fewer dimensions are given the length 1, as OpenAI's have; \`normalizeEmbeddings\` in the [configuration](configuration.md) leaves them as they come. Those of Perplexity are signed bytes, as numbers, of whatever length.
- \`usage\` is what the provider counted. Where it counts nothing it is 0, and \`x-dragoman-warnings\` says \`usage=unknown\`.
- With \`x-dragoman-dry-run: true\` the answer is the call that would be made, and how many there would be.

## What providers take

Members of their own may stand beside OpenAI's. Any other is dropped, and named in \`x-dragoman-warnings\`.
`

const MEMBERS = `
| member | whose | what it says |
| --- | --- | --- |
| \`input_type\` | Cohere, also on Bedrock | What a text is for: \`search_document\` unless said otherwise, \`search_query\`, \`classification\`, \`clustering\`. |
| \`truncate\` | Cohere, also on Bedrock; Nova | Whether a text that is too long is cut: \`NONE\` unless said otherwise, \`START\`, \`END\`. Ollama: \`true\` or \`false\`. |
| \`max_tokens\` | Cohere | How much of a text is read. |
| \`priority\` | Cohere | How urgent it is: 0 is the most. |
| \`normalize\` | Titan's second version | Whether vectors have the length 1. They have, unless said otherwise. |
| \`embedding_purpose\` | Nova | What embeddings are for: \`GENERIC_RETRIEVAL\` unless said otherwise, \`GENERIC_INDEX\`, \`CLUSTERING\` … |
| \`google.task_type\` | Google, Vertex AI | What embeddings are for: \`RETRIEVAL_DOCUMENT\`, \`RETRIEVAL_QUERY\`, \`CLUSTERING\` … Also as \`task_type\`. The second generation of models ignores it, which is reported. |
| \`google.title\` | Google, Vertex AI | What the texts are headed. Also as \`title\`. |
| \`google.auto_truncate\` | Vertex AI | Whether a text that is too long is cut: \`false\` unless said otherwise. Also as \`auto_truncate\`. |
| \`output_dtype\` | Mistral | \`float\` unless said otherwise, \`int8\`, \`uint8\`; all of them told as floats. |
| \`options\`, \`keep_alive\` | Ollama | As for chat. |
`

/** A model of each kind that embeds, by provider. Of those that are like OpenAI, any. */
const MODELS: Readonly<Record<string, readonly string[]>> = {
  bedrock: [
    'amazon.titan-embed-text-v1',
    'amazon.titan-embed-text-v2:0',
    'amazon.titan-embed-image-v1',
    'amazon.nova-2-multimodal-embeddings-v1:0',
    'cohere.embed-english-v3',
    'cohere.embed-v4:0',
  ],
  cohere: ['embed-english-v3.0', 'embed-v4.0'],
  google: ['gemini-embedding-001', 'gemini-embedding-2'],
  mistral: ['mistral-embed', 'codestral-embed'],
  vertex: ['text-embedding-005', 'gemini-embedding-001', 'gemini-embedding-2'],
}

/** The page as it should be. */
export function embeddingsPage(): string {
  const adapters = subjects.map(({ adapter }) => adapter)
  const without = adapters.filter(({ embed }) => !embed).map(({ name }) => name)
  const head = ['', 'texts in a call', 'tokens', '`dimensions`', '`encoding_format`', '`user`', 'members of its own']
  return `${INTRODUCTION}
${row(head)}
${row(head.map((_, index) => (index === 0 ? '---' : ':-:')))}
${adapters.flatMap(rows).join('\n')}
${MEMBERS}
Without embeddings, and refused with a 400: ${without.join(', ')}.
`
}

function rows(adapter: Adapter): readonly string[] {
  const models = MODELS[adapter.name] ?? ['any']
  return models.flatMap((model) => {
    const codec = adapter.embed?.(model)
    return codec ? [row([model === 'any' ? adapter.name : `${adapter.name}/${model}`, ...cells(codec)])] : []
  })
}

function cells(codec: EmbedCodec): readonly string[] {
  const { batch, tokens, dimensions, user, extensions } = codec
  const { body } = codec.encode({ model: 'm', inputs: ['x'], encoding: 'base64' }, () => {})
  const isAsked = isObject(body) && body['encoding_format'] === 'base64'
  const own = extensions.includes('*') ? 'all, as they are' : extensions.map((name) => `\`${name}\``).join(', ')
  return [
    String(batch),
    tokens ? 'sent' : 'refused',
    typeof dimensions === 'boolean' ? (dimensions ? 'sent' : 'refused') : dimensions.join(', '),
    isAsked ? 'sent' : 'made here',
    user ? 'sent' : 'dropped, reported',
    own || 'none',
  ]
}

function row(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`
}

if (import.meta.main) writeFileSync(PAGE, embeddingsPage())
