/**
 * Translating at the command line: a request into a provider's words, or a captured reply into OpenAI's.
 *
 * @module
 */
import type { Json } from './canonical.ts'
import type { Registry, Settings } from './config.ts'
import { createGateway } from './gateway.ts'
import { guarded } from './media.ts'
import { readReply } from './read-reply.ts'
import { body } from './surfaces/chat/body.ts'
import { isObject } from './wire/json.ts'

/** What is wrong with a command line. */
export class CommandError extends Error {
  override readonly name = 'CommandError'
}

/** Shows the call that an OpenAI request becomes, of chat completions, responses or embeddings. `model` takes the place of the request's own. */
export async function translateRequest(
  text: string,
  model: string | undefined,
  settings: Settings,
  registry: Registry,
): Promise<Json> {
  const asked = parsed(text)
  const { providers } = settings.options
  const gateway = createGateway({
    ...settings.options,
    fetchMedia: guarded(settings.media),
    keys: undefined,
    providers: { ...keyless(registry), ...providers },
  })
  const response = await gateway.fetch(`http://gateway/v1/${endpointFor(asked)}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-dragoman-dry-run': 'true' },
    body: JSON.stringify(model !== undefined && isObject(asked) ? { ...asked, model } : asked),
  })
  return response.json()
}

/** Which endpoint a request is meant for. Embeddings are asked of texts and nothing else. */
function endpointFor(asked: unknown): string {
  if (!isObject(asked) || 'messages' in asked || !('input' in asked)) return 'chat/completions'
  const { input } = asked
  const items = Array.isArray(input) && input.some(isObject)
  return items || RESPONSES.some((name) => name in asked) ? 'responses' : 'embeddings'
}

/** Members that requests for embeddings do not have. */
const RESPONSES = ['instructions', 'max_output_tokens', 'previous_response_id', 'reasoning', 'stream', 'text', 'tools']

/** The OpenAI reply that a provider's captured reply becomes, be it JSON or the bytes of a stream. */
export async function translateReply(
  bytes: Uint8Array<ArrayBuffer>,
  provider: string,
  model: string | undefined,
  settings: Settings,
  registry: Registry,
): Promise<Json> {
  const known = { ...keyless(registry), ...settings.options.providers }
  const given = Object.hasOwn(known, provider) ? known[provider] : undefined
  if (!given)
    throw new CommandError(`--from: no provider is called "${provider}"; known are ${Object.keys(known).join(', ')}`)
  const adapter = 'adapter' in given ? given.adapter : given
  const { completion } = await readReply(adapter, model ?? '', bytes)
  return body(completion, { legacy: false, hidden: false, usage: true })
}

/** Every adapter that can be made without its key: nobody is called here. */
function keyless(registry: Registry): Settings['options']['providers'] {
  return Object.fromEntries(
    Object.entries(registry).flatMap(([id, { make }]) => {
      try {
        return [[id, make({ apiKey: '***' })]]
      } catch {
        // It needs more than a key, which only a configuration can give.
        return []
      }
    }),
  )
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new CommandError(`the request is not JSON: ${error instanceof Error ? error.message : String(error)}`)
  }
}
