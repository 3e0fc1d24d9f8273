/**
 * What Google's own SDK makes of a reply of Gemini on Vertex AI.
 *
 * @module
 */
import { GoogleGenAI } from '@google/genai'
import { all, gistOf, googleJudge, isEnded } from './google-judge.ts'

/** The SDK's reading of a reply, whole and streamed. */
export const vertexJudge = {
  url: 'https://aiplatform.googleapis.com/*',
  whole: () => client().models.generateContent(question),
  async stream() {
    const chunks = await all(await client().models.generateContentStream(question))
    if (!chunks.some(isEnded)) throw new Error('The reply broke.')
    return gistOf(chunks)
  },
  gist: googleJudge.gist,
}

const question = { model: 'gemini-2.5-flash', contents: 'Hi.' }

// Clients keep the `fetch` they find when they are made, so they are made when it has been replaced.
const client = (): GoogleGenAI => new GoogleGenAI({ vertexai: true, apiKey: 'test' })
