import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A provider on this machine, answering as a test wants. */
export interface LocalUpstream {
  readonly url: string
  close(): Promise<void>
}

/** Opens a provider on a free port of this machine. */
export async function openUpstream(
  handle: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<LocalUpstream> {
  const server = createServer(handle)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

/** One server-sent event in Anthropic's form. */
export function event(data: { readonly type: string; readonly [key: string]: unknown }): string {
  return `event: ${data.type}\ndata: ${JSON.stringify(data)}\n\n`
}

/** The events before the first words of a reply. */
export const opening =
  event({
    type: 'message_start',
    message: {
      id: 'msg_1',
      type: 'message',
      role: 'assistant',
      model: 'claude-opus-5',
      content: [],
      stop_reason: null,
      stop_sequence: null,
      usage: { input_tokens: 3, output_tokens: 1 },
    },
  }) + event({ type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } })

/** Some words of a reply. */
export function words(text: string): string {
  return event({ type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text } })
}

/** The events after the last words of a reply. */
export const closing =
  event({ type: 'content_block_stop', index: 0 }) +
  event({
    type: 'message_delta',
    delta: { stop_reason: 'end_turn', stop_sequence: null },
    usage: { output_tokens: 9 },
  }) +
  event({ type: 'message_stop' })
