import { describe, expect, test } from 'vitest'
import { type Adapter, codecFor } from '../../src/adapter.ts'
import type { FilePart, ImagePart } from '../../src/canonical.ts'
import * as adapters from '../../adapters/index.ts'

const { anthropic, bedrock, cohere, google, groq, mistral, moonshot, ollama, openai, openrouter, vertex, xai } =
  adapters
const apiKey = 'k'
const place = { project: 'p', apiKey }

/** Whether a provider is sent an address as it is. Of others the gateway sends the bytes, or says why not. */
function reads(adapter: Adapter, type: 'image' | 'file', address: string, model = 'm'): boolean {
  const part: ImagePart | FilePart = { type, source: { type: 'url', url: address } }
  return codecFor(adapter, model)?.takes?.(new URL(address), part) ?? true
}

const WEB = 'https://example.com/a.png'
const PLAIN = 'http://example.com/a.png'
const NAMELESS = 'https://example.com/a'
const PDF = 'https://example.com/a.pdf'
const TEXT = 'https://example.com/a.md?b=c'
const UPLOADED = 'https://generativelanguage.googleapis.com/v1beta/files/abc'
const VIDEO = 'https://www.youtube.com/watch?v=abc'

describe('addresses that a provider reads by itself', () => {
  test.each([
    // Pictures and PDFs: `URLImageSource`, `URLPDFSource` of @anthropic-ai/sdk.
    ['anthropic', anthropic({ apiKey }), [WEB, PLAIN, NAMELESS], [PDF, NAMELESS], [TEXT]],
    // No file is read by address: `file_data` of the openai SDK is base64.
    ['openai', openai({ apiKey }), [WEB, PLAIN, NAMELESS], [], [PDF, TEXT, NAMELESS]],
    ['xai', xai({ apiKey }), [WEB, NAMELESS], [], []],
    ['groq', groq({ apiKey }), [WEB, NAMELESS], [], []],
    // https://openrouter.ai/docs/features/multimodal/pdfs
    ['openrouter', openrouter({ apiKey }), [WEB, NAMELESS], [PDF], []],
    [
      'mistral',
      mistral({ apiKey }),
      [WEB, PLAIN, NAMELESS],
      [PDF, NAMELESS],
      ['s3://bucket/a.pdf', 'gs://bucket/a.pdf'],
    ],
    ['cohere', cohere({ apiKey }), [WEB, PLAIN, NAMELESS], [], [TEXT, PDF]],
    ['moonshot', moonshot({ apiKey }), ['ms://abc'], ['ms://abc'], [WEB, PLAIN, NAMELESS, PDF]],
    ['ollama', ollama({}), [], [], [WEB, PLAIN, NAMELESS, PDF]],
    [
      'bedrock',
      bedrock({ apiKey }),
      ['s3://bucket/a.png'],
      ['s3://bucket/a.pdf'],
      [WEB, PLAIN, NAMELESS, PDF, 'gs://bucket/a.pdf'],
    ],
    [
      'google',
      google({ apiKey }),
      [UPLOADED, VIDEO],
      [UPLOADED, VIDEO],
      [WEB, PLAIN, NAMELESS, PDF, 'gs://bucket/a.pdf'],
    ],
    [
      'vertex',
      vertex(place),
      [WEB, VIDEO, 'gs://bucket/a'],
      [PDF, TEXT, VIDEO, 'gs://bucket/a'],
      [PLAIN, NAMELESS, 'https://example.com/a.php'],
    ],
  ] as const)('%s', (_id, adapter, pictures, files, fetched) => {
    for (const address of pictures) expect(reads(adapter, 'image', address), `picture ${address}`).toBe(true)
    for (const address of files) expect(reads(adapter, 'file', address), `file ${address}`).toBe(true)
    for (const address of fetched) expect(reads(adapter, 'file', address), `file ${address}`).toBe(false)
  })

  test('are none for Claude on Vertex AI', () => {
    for (const address of [WEB, 'gs://bucket/a.png', PDF])
      expect(reads(vertex(place), 'image', address, 'claude-opus-5')).toBe(false)
  })

  test('are those of the web for Gemini where that is configured', () => {
    const adapter = google({ apiKey, addresses: true })
    expect(reads(adapter, 'image', WEB)).toBe(true)
    expect(reads(adapter, 'image', PLAIN)).toBe(false)
  })

  test('of pictures are not fetched by a provider that reads none', () => {
    const none = [bedrock({ apiKey }), google({ apiKey }), moonshot({ apiKey }), ollama({})]
    for (const adapter of none) {
      expect(reads(adapter, 'image', WEB)).toBe(false)
      expect(reads(adapter, 'image', PLAIN)).toBe(false)
    }
  })
})
