/**
 * What AWS's own SDK makes of a reply of Converse. It folds no stream.
 *
 * @module
 */
import { Readable } from 'node:stream'
import {
  BedrockRuntimeClient,
  type ContentBlock,
  ConverseCommand,
  type ConverseResponse,
  ConverseStreamCommand,
  type ConverseStreamOutput,
} from '@aws-sdk/client-bedrock-runtime'

/** The SDK's reading of a reply, whole and streamed. */
export const bedrockJudge = {
  url: 'https://bedrock-runtime.us-east-1.amazonaws.com/model/*',
  async whole() {
    const { $metadata: _, ...reply } = await client().send(new ConverseCommand(question))
    return onWire(reply)
  },
  async stream() {
    const { stream = [] } = await client().send(new ConverseStreamCommand(question))
    const events: ConverseStreamOutput[] = []
    for await (const event of stream) events.push(event)
    const stopReason = events.find(({ messageStop }) => messageStop)?.messageStop?.stopReason
    if (!stopReason || stopReason.startsWith('malformed')) throw new Error('The reply broke.')
    const usage = events.find(({ metadata }) => metadata)?.metadata?.usage
    return { said: onWire(events.reduce(folded, [])), stopReason, usage }
  },
  /** A stream has been reduced to it, a body has not. */
  gist(reply: unknown) {
    if (typeof reply !== 'object' || reply === null || 'said' in reply) return reply
    // What is no gist is the body of a reply.
    const { output, stopReason, usage } = reply as ConverseResponse
    return { said: output?.message?.content?.map(plain), stopReason, usage }
  },
}

const question = { modelId: 'amazon.nova-lite-v1:0', messages: [{ role: 'user' as const, content: [{ text: 'Hi.' }] }] }

/** A request as the SDK hands it over. */
interface Sent {
  readonly hostname: string
  readonly path: string
  readonly method: string
  readonly headers: Record<string, string>
  readonly body: string
}

/** Clients use HTTP/2 by themselves; this one uses the `fetch` that is there, which may be replaced. */
function client(): BedrockRuntimeClient {
  return new BedrockRuntimeClient({
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    maxAttempts: 1,
    requestHandler: {
      async handle({ hostname, path, method, headers, body }: Sent) {
        const response = await fetch(`https://${hostname}${path}`, { method, headers, body })
        const stream = response.body && Readable.from(response.body)
        return {
          response: { statusCode: response.status, headers: Object.fromEntries(response.headers), body: stream },
        }
      },
    },
  })
}

/** Bytes as the base64 they are on the wire. */
function onWire(value: unknown): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64')
  if (Array.isArray(value)) return value.map(onWire)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, onWire(member)]))
}

/** A block without what a stream does not tell, and empty text for what is not there. */
function plain(block: ContentBlock): unknown {
  const { text, reasoningContent, toolUse, toolResult, citationsContent, image } = block
  const { reasoningText, redactedContent } = reasoningContent ?? {}
  return {
    text: text ?? citationsContent?.content?.map((piece) => piece.text).join('') ?? '',
    thoughts: reasoningText?.text ?? '',
    signature: reasoningText?.signature ?? '',
    redacted: redactedContent ?? '',
    ...(toolUse && { call: { ...toolUse, input: JSON.stringify(toolUse.input) } }),
    ...(toolResult && { result: toolResult }),
    citations: citationsContent?.citations ?? [],
    ...(image && { image: image.source?.bytes }),
  }
}

interface Growing {
  text: string
  thoughts: string
  signature: string
  redacted: unknown
  call?: object & { input: string }
  result?: object & { content: unknown[] }
  citations: unknown[]
  image?: unknown
}

function folded(
  blocks: Growing[],
  { contentBlockStart, contentBlockDelta, contentBlockStop }: ConverseStreamOutput,
): Growing[] {
  const index = (contentBlockStart ?? contentBlockDelta)?.contentBlockIndex
  if (contentBlockStop) finish(blocks[contentBlockStop.contentBlockIndex ?? 0])
  if (index === undefined) return blocks
  const block = (blocks[index] ??= { text: '', thoughts: '', signature: '', redacted: '', citations: [] })
  const { toolUse, toolResult } = contentBlockStart?.start ?? {}
  if (toolUse) block.call = { ...toolUse, input: '' }
  if (toolResult) block.result = { ...toolResult, content: [] }
  const { text, reasoningContent, toolUse: more, toolResult: part, citation, image } = contentBlockDelta?.delta ?? {}
  block.text += text ?? ''
  block.thoughts += reasoningContent?.text ?? ''
  block.signature += reasoningContent?.signature ?? ''
  if (reasoningContent?.redactedContent) block.redacted = reasoningContent.redactedContent
  if (block.call) block.call.input += more?.input ?? ''
  block.result?.content.push(...(part ?? []))
  if (citation) block.citations.push(citation)
  if (image?.source?.bytes) block.image = image.source.bytes
  return blocks
}

/** A call without arguments has none in a stream. */
function finish(block: Growing | undefined): void {
  if (block?.call) block.call.input = JSON.stringify(JSON.parse(block.call.input || '{}'))
}
