/**
 * What Google's own SDKs make of a reply of the Gemini API: the present one, and the one before it. Neither folds a stream.
 *
 * @module
 */
import assert from 'node:assert/strict'
import { type GenerateContentResponse, GoogleGenAI, type Part } from '@google/genai'
import { GoogleGenerativeAI } from '@google/generative-ai'

/** The SDKs' reading of a reply, whole and streamed. */
export const googleJudge = {
  url: 'https://generativelanguage.googleapis.com/*',
  async whole() {
    const reply = await present().models.generateContent({ model: MODEL, contents: 'Hi.' })
    const { response } = await former().generateContent('Hi.')
    agree([reply], [response])
    // The present one leaves out what it has no name for; the former one gives everything as it came.
    return response
  },
  async stream() {
    const chunks = await all(await present().models.generateContentStream({ model: MODEL, contents: 'Hi.' }))
    const { stream, response } = await former().generateContentStream('Hi.')
    // Its own summary is of no interest, and may fail.
    response.catch(() => {})
    agree(chunks, await all(stream))
    if (!chunks.some(isEnded)) throw new Error('The reply broke.')
    return gistOf(chunks)
  },
  /** A stream has been reduced to it, a body has not. */
  gist: (reply: unknown) => (typeof reply === 'object' && reply !== null && 'said' in reply ? reply : gistOf([reply])),
}

const MODEL = 'gemini-2.5-flash'

// Clients keep the `fetch` they find when they are made, so they are made when it has been replaced.
const present = (): GoogleGenAI => new GoogleGenAI({ apiKey: 'test' })
const former = () => new GoogleGenerativeAI('test').getGenerativeModel({ model: MODEL })

/** All pieces of a stream. */
export async function all<T>(stream: AsyncIterable<T>): Promise<readonly T[]> {
  const items: T[] = []
  for await (const item of stream) items.push(item)
  return items
}

function agree(one: readonly unknown[], other: readonly unknown[]): void {
  assert.deepEqual(gistOf(one), gistOf(other), 'The two SDKs read the reply differently.')
}

/** Whether a piece is an end: a reply without one broke. */
export function isEnded({ candidates = [], promptFeedback }: GenerateContentResponse): boolean {
  return promptFeedback?.blockReason !== undefined || candidates.some(({ finishReason }) => finishReason !== undefined)
}

interface Gist {
  text: string
  thoughts: string
  readonly others: Part[]
  ending: string | undefined
}

/** What was said, put together from the pieces of a reply, or from its body. */
export function gistOf(chunks: readonly unknown[]): unknown {
  // Replies of either SDK, or bodies, which have the same members.
  const replies = chunks as readonly GenerateContentResponse[]
  const said: Record<number, Gist> = {}
  for (const candidate of replies.flatMap(({ candidates = [] }) => candidates)) {
    const gist = (said[candidate.index ?? 0] ??= { text: '', thoughts: '', others: [], ending: undefined })
    for (const part of candidate.content?.parts ?? []) take(gist, part)
    gist.ending ??= candidate.finishReason
  }
  return { id: replies[0]?.responseId, model: replies[0]?.modelVersion, said }
}

function take(gist: Gist, part: Part): void {
  const last = gist.others.at(-1)?.inlineData
  if (part.text !== undefined && part.thought) gist.thoughts += part.text
  else if (part.text !== undefined) gist.text += part.text
  // Sound goes on from piece to piece.
  else if (last && part.inlineData && last.mimeType === part.inlineData.mimeType)
    last.data = `${last.data}${part.inlineData.data}`
  else gist.others.push(structuredClone(part))
}
