/**
 * The adapters that are held to the contract, each with the folder of its fixtures and the judge of its requests.
 *
 * @module
 */
import { fileURLToPath } from 'node:url'
import { anthropic } from '../../adapters/anthropic.ts'
import { messagesRequest } from '../../adapters/anthropic/strict.ts'
import { bedrock } from '../../adapters/bedrock.ts'
import { converseRequest } from '../../adapters/bedrock/strict.ts'
import { cohere } from '../../adapters/cohere.ts'
import { chatRequest as cohereRequest } from '../../adapters/cohere/strict.ts'
import { google } from '../../adapters/google.ts'
import { generateRequest } from '../../adapters/google/strict.ts'
import { mistral } from '../../adapters/mistral.ts'
import { chatRequest as mistralRequest } from '../../adapters/mistral/strict.ts'
import { ollama } from '../../adapters/ollama.ts'
import { chatRequest as ollamaRequest } from '../../adapters/ollama/strict.ts'
import { openai } from '../../adapters/openai.ts'
import { chatRequest } from '../../adapters/openai/strict.ts'
import { vertex } from '../../adapters/vertex.ts'
import { vertexRequest } from '../../adapters/vertex/strict.ts'
import type { Adapter, AdapterDefinition, Schema } from '../../src/adapter.ts'
import { type Fixture, type Inheritance, readFixtures } from '../../src/contract.ts'
import { dialects } from './dialects.ts'
import { EMBEDDINGS } from './embeddings.ts'

/** An adapter under test. */
export interface Subject {
  readonly adapter: Adapter
  readonly folder: string
  readonly request: Schema<unknown>
  /** The judge of its requests for embeddings. */
  readonly embeddings?: Schema<unknown>
  configure(options: Readonly<Record<string, unknown>>): Adapter
  /** The adapter it is a dialect of. */
  readonly inherits?: Inheritance
}

/** All adapters under test. */
export const subjects: readonly Subject[] = [
  subject(anthropic, messagesRequest),
  subject(bedrock, converseRequest),
  subject(cohere, cohereRequest),
  subject(google, generateRequest),
  subject(mistral, mistralRequest),
  subject(ollama, ollamaRequest),
  subject(openai, chatRequest),
  subject(vertex, vertexRequest, { project: 'acme-42' }),
  ...dialects.map(({ definition, request, options, restate }) => ({
    ...subject(definition, request, options),
    inherits: { folder: folderOf('openai'), restate },
  })),
]

/** The cases of an adapter. */
export function fixturesOf(name: string): readonly Fixture[] {
  return readFixtures(folderOf(name))
}

/** The adapter as a case wants it. */
export function adapterFor({ adapter, configure }: Subject, { facts }: Fixture): Adapter {
  return facts.options ? configure(facts.options) : adapter
}

function subject(
  definition: AdapterDefinition<never>,
  request: Schema<unknown>,
  defaults: Readonly<Record<string, unknown>> = {},
): Subject {
  const configure = (options: Readonly<Record<string, unknown>>): Adapter =>
    definition.make({ apiKey: 'sk-test-0123456789', ...defaults, ...options })
  const embeddings = EMBEDDINGS[definition.id]
  return {
    adapter: configure({}),
    folder: folderOf(definition.id),
    request,
    configure,
    ...(embeddings && { embeddings }),
  }
}

function folderOf(name: string): string {
  return fileURLToPath(new URL(`../../fixtures/${name}`, import.meta.url))
}
