/**
 * Where the clients play: gateways over the emulated providers, on ports of this machine. Each remembers only what its
 * clients cannot do without.
 *
 * @module
 */
import { createGateway, type LogEntry, type Options, registry } from '../../src/index.ts'
import type { Emulation } from '../../src/sandbox.ts'
import { type Served, serveGateway } from '../../src/server.ts'
import type { Client } from './client.ts'
import type { Stage } from './scenarios.ts'

/** A model of an emulated provider. */
export interface Model {
  readonly id: string
  /** What a provider gets back of its model's thoughts, where it takes them back. */
  readonly proof?: RegExp
  /** The scenarios that mean nothing for it, each with the reason. */
  readonly lacks: Readonly<Record<string, string>>
}

/** How a provider is told again what its model thought. */
const WORDS = /I was asked .* I follow a script/u
const SIGNATURE = /"thoughtSignature":"/u

const SILENT = 'OpenAI’s chat API keeps the thoughts of its models to itself'

/** One model for each native protocol of each adapter that is emulated. */
export const MODELS: readonly Model[] = [
  { id: 'anthropic/claude-opus-5', proof: WORDS, lacks: {} },
  { id: 'bedrock/us.anthropic.claude-sonnet-4-5-20250929-v1:0', proof: WORDS, lacks: {} },
  { id: 'bedrock/us.amazon.nova-2-lite-v1:0', lacks: {} },
  { id: 'cohere/command-a-plus-05-2026', proof: WORDS, lacks: {} },
  { id: 'google/gemini-3-pro-preview', proof: SIGNATURE, lacks: {} },
  { id: 'mistral/mistral-small-latest', proof: WORDS, lacks: {} },
  { id: 'ollama/qwen3-vl:8b', proof: WORDS, lacks: {} },
  { id: 'openai/gpt-5', lacks: { reasoning: SILENT, 'reasoning, streamed': SILENT } },
  { id: 'vertex/gemini-2.5-flash', proof: SIGNATURE, lacks: {} },
]

/** A call that a provider got. */
export interface Call {
  readonly body: string
  /** Its signal is aborted when the gateway gives the call up; a signal without its request would not hear of that. */
  readonly request: Request
}

/** Gateways that are open to clients. */
export interface House {
  /** Sets the stage for one scenario. */
  stage(client: Client, model: Model): Stage
  /** What had no effect so far, as the gateways report it. */
  readonly losses: ReadonlySet<string>
  close(): Promise<void>
}

const KEY = 'sk-of-a-client'

/** Opens gateways over every emulated provider. */
export async function openHouse(): Promise<House> {
  const calls: Call[] = []
  const losses = new Set<string>()
  const watched =
    (emulation: Emulation): typeof globalThis.fetch =>
    async (input, init) => {
      const request = new Request(input, init)
      calls.push({ body: await request.clone().text(), request })
      return emulation(request)
    }
  // Emulations know one protocol each: nothing else reaches them as it came.
  const providers = Object.fromEntries(
    Object.entries(registry).flatMap(([id, { sandbox, make }]) =>
      sandbox ? [[id, { adapter: make({ apiKey: 'sk-of-the-gateway' }), fetch: watched(sandbox), serves: [] }]] : [],
    ),
  )
  const log = ({ warnings }: LogEntry): void => warnings?.split('; ').forEach((loss) => losses.add(loss))
  // Trying again is for the clients to do.
  const common: Options = { providers, keys: [KEY], environment: {}, log, retries: 0, breaker: false }
  const open = (memory: Pick<Options, 'memory' | 'responses'>): Promise<Served> =>
    serveGateway(createGateway({ ...common, ...memory }), { host: '127.0.0.1', port: 0, anyHost: false })
  const served: Readonly<Record<Client['needs'], Served>> = {
    thoughts: await open({ responses: false }),
    replies: await open({ memory: false }),
    nothing: await open({ memory: false, responses: false }),
  }
  return {
    stage: ({ connect, explain, needs }, model) => ({
      model,
      connect: (own) => connect({ baseURL: `${served[needs].url}/v1`, key: KEY, model: model.id, retries: 0, ...own }),
      explain,
      calls: (word) => calls.filter(({ body }) => body.includes(word)),
    }),
    losses,
    async close() {
      await Promise.all(Object.values(served).map((one) => one.stop(0)))
    },
  }
}
