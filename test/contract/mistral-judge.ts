/**
 * What Mistral's own SDK makes of a reply. It gives members other names than the API does, and folds no stream.
 *
 * @module
 */
import { Mistral } from '@mistralai/mistralai'
import type { ChatCompletionResponse, CompletionChunk } from '@mistralai/mistralai/models/components/index.js'

type Chunks = readonly { readonly type?: string; readonly text?: string; readonly thinking?: unknown }[]

/** The SDK's reading of a reply, whole and streamed. */
export const mistralJudge = {
  url: 'https://api.mistral.ai/v1/chat/completions',
  whole: async () => inTheirWords(await client().chat.complete(question)),
  async stream() {
    const chunks: CompletionChunk[] = []
    for await (const { data } of await client().chat.stream(question)) chunks.push(data)
    const endings = chunks.flatMap(({ choices }) => choices.map(({ finishReason }) => finishReason ?? ''))
    if (endings.includes('error') || endings.every((ending) => ending === '')) throw new Error('The reply broke.')
    return gistOfStream(chunks)
  },
  /** A stream has been reduced to it, a body has not. */
  gist: (reply: unknown) =>
    typeof reply === 'object' && reply !== null && 'said' in reply ? reply : gistOfBody(inOurWords(reply)),
}

const question = { model: 'mistral-small-latest', messages: [{ role: 'user' as const, content: 'Hi.' }] }

// Clients keep the `fetch` they find when they are made, so they are made when it has been replaced.
const client = (): Mistral => new Mistral({ apiKey: 'test' })

interface Gist {
  text: string
  thoughts: string
  others: unknown[]
  readonly calls: Record<string, { name: string; input: string }>
  ending: unknown
}

function gistOfBody({ id, model, choices }: ChatCompletionResponse): unknown {
  const said = choices.map(({ index, message, finishReason }) => {
    const gist = empty()
    take(gist, message?.content, message?.toolCalls)
    return [index, { ...gist, ending: finishReason }]
  })
  return { id, model, said: Object.fromEntries(said) }
}

function gistOfStream(chunks: readonly CompletionChunk[]): unknown {
  const said: Record<number, Gist> = {}
  for (const { index, delta, finishReason } of chunks.flatMap(({ choices }) => choices)) {
    const gist = (said[index] ??= empty())
    take(gist, delta.content, delta.toolCalls)
    gist.ending ??= finishReason ?? undefined
  }
  return { id: chunks[0]?.id, model: chunks[0]?.model, said }
}

function empty(): Gist {
  return { text: '', thoughts: '', others: [], calls: {}, ending: undefined }
}

function take(
  gist: Gist,
  content: unknown,
  calls: NonNullable<ChatCompletionResponse['choices'][number]['message']>['toolCalls'],
): void {
  // Chunks that the SDK has parsed, of which only the members are read that it knows.
  const chunks: Chunks = typeof content === 'string' ? [{ type: 'text', text: content }] : ((content ?? []) as Chunks)
  for (const chunk of chunks) {
    if (chunk.type === 'text') gist.text += chunk.text ?? ''
    else if (chunk.type === 'thinking') {
      gist.thoughts += (chunk.thinking as Chunks).map(({ text }) => text ?? '').join('')
    } else gist.others.push(chunk)
  }
  for (const { index = 0, function: called } of calls ?? []) {
    const call = (gist.calls[index] ??= { name: '', input: '' })
    call.name ||= called.name
    call.input += typeof called.arguments === 'string' ? called.arguments : JSON.stringify(called.arguments)
  }
}

/** What the SDK read, with the API's names again. */
function inTheirWords(value: unknown): unknown {
  return renamed(value, (name) => name.replace(/[A-Z]/gu, (letter) => `_${letter.toLowerCase()}`))
}

/** A body with the SDK's names. */
function inOurWords(value: unknown): ChatCompletionResponse {
  // A recording, which the SDK itself has read before.
  return renamed(value, (name) =>
    name.replace(/_([a-z])/gu, (_, letter: string) => letter.toUpperCase()),
  ) as ChatCompletionResponse
}

function renamed(value: unknown, rename: (name: string) => string): unknown {
  if (Array.isArray(value)) return value.map((item) => renamed(item, rename))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [rename(name), renamed(member, rename)]))
}
