import { GoogleGenAI } from '@google/genai'
import { describe, expect, test } from 'vitest'
import { sandbox } from '../../adapters/google/sandbox.ts'

const G3 = 'gemini-3-pro-preview'
const G2 = 'gemini-2.5-flash'
const NOW = { name: 'get_time', description: 'The time.' }
const say = (text: string) => ({ role: 'user', parts: [{ text }] })

/** Posts a request as it is. */
async function post(body: unknown, model = G2, method = 'generateContent', key = 'test') {
  const headers = { 'content-type': 'application/json', ...(key && { 'x-goog-api-key': key }) }
  const url = `https://generativelanguage.googleapis.com/v1beta/models/${model}:${method}`
  const response = await sandbox(new Request(url, { method: 'POST', headers, body: JSON.stringify(body) }))
  // What the sandbox answers is JSON.
  return { status: response.status, text: await response.text() }
}

const asked = (text: string, more: object = {}) => ({ contents: [say(text)], ...more })

describe('the emulation answers', () => {
  test('whole and streamed the same', async () => {
    const whole = JSON.parse((await post(asked('Hello'))).text)
    const { text } = await post(asked('Hello'), G2, 'streamGenerateContent?alt=sse')
    const frames = text.split('\r\n\r\n').flatMap((event) => (event ? [JSON.parse(event.slice(6))] : []))
    const parts = frames.flatMap(({ candidates: [{ content }] }) => content?.parts ?? [])
    expect(parts.map((part) => part.text).join('')).toBe(whole.candidates[0].content.parts[0].text)
    expect(frames.at(-1).candidates[0].finishReason).toBe('STOP')
    expect(frames.at(-1).usageMetadata).toEqual(whole.usageMetadata)
  })

  test('with a signed call, which must come back', async () => {
    const tools = [{ functionDeclarations: [NOW] }]
    const first = JSON.parse((await post(asked('What time is it?', { tools }), G3)).text)
    const [part] = first.candidates[0].content.parts
    expect(part).toEqual({ functionCall: { name: 'get_time', args: {} }, thoughtSignature: expect.any(String) })
    const result = { role: 'user', parts: [{ functionResponse: { name: 'get_time', response: { output: 'noon' } } }] }
    const history = (call: unknown) => ({
      contents: [say('What time is it?'), { role: 'model', parts: [call] }, result],
      tools,
    })
    expect((await post(history(part), G3)).status).toBe(200)
    const { thoughtSignature: _, ...unsigned } = part
    expect((await post(history(unsigned), G3)).text).toContain('missing a `thought_signature`')
    expect((await post(history({ ...part, thoughtSignature: 'AAAA' }), G3)).text).toContain(
      'Thought signature is not valid',
    )
    expect((await post(history(unsigned), G2)).status).toBe(200)
  })

  test('the provider’s own SDK', async () => {
    const fetch = globalThis.fetch
    globalThis.fetch = (input, init) => sandbox(new Request(input, init))
    try {
      const client = new GoogleGenAI({ apiKey: 'test', apiVersion: 'v1beta' })
      const reply = await client.models.generateContent({ model: G2, contents: 'Hello' })
      expect(reply.text).toContain('Dragoman sandbox')
      const ids: unknown[] = []
      for await (const { name } of await client.models.list()) ids.push(name)
      expect(ids).toContain(`models/${G3}`)
    } finally {
      globalThis.fetch = fetch
    }
  })
})

describe('the emulation refuses', () => {
  test.for([
    [G2, { ...asked('Hi'), stream: true }, 'Unknown name "stream"'],
    [G2, {}, "Invalid value at 'contents'"],
    [G2, asked('Hi', { generationConfig: { presencePenalty: 1 } }), 'Penalty is not enabled'],
    [G3, asked('Hi', { generationConfig: { candidateCount: 2 } }), 'Multiple candidates is not enabled'],
    [
      G2,
      asked('Hi', { generationConfig: { thinkingConfig: { thinkingLevel: 'LOW' } } }),
      'Thinking level is not supported',
    ],
    [
      G3,
      asked('Hi', { generationConfig: { thinkingConfig: { thinkingLevel: 'MEDIUM' } } }),
      'Thinking level MEDIUM is not supported',
    ],
    [
      'gemini-2.5-pro',
      asked('Hi', { generationConfig: { thinkingConfig: { thinkingBudget: 0 } } }),
      'The thinking budget 0 is invalid',
    ],
    [
      G2,
      asked('Hi', {
        tools: [{ functionDeclarations: [NOW] }],
        generationConfig: { responseMimeType: 'application/json' },
      }),
      'Function calling with a response mime type',
    ],
    [
      'gemini-3.7-flash',
      { contents: [say('Hi'), { role: 'model', parts: [{ text: 'Well' }] }] },
      'ending with a model turn',
    ],
  ] as const)('%s: %j', async ([model, body, message]) => {
    const { status, text } = await post(body, model)
    expect(status).toBe(400)
    expect(JSON.parse(text).error).toEqual({
      code: 400,
      status: 'INVALID_ARGUMENT',
      message: expect.stringContaining(message),
    })
  })

  test('a request without a key, of an unknown model, or for something else', async () => {
    expect((await post(asked('Hi'), G2, 'generateContent', '')).status).toBe(403)
    expect((await post(asked('Hi'), 'gemini-0')).status).toBe(404)
    expect((await post(asked('Hi'), G2, 'predict')).status).toBe(404)
  })
})
