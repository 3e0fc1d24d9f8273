import { describe, expect, test } from 'vitest'
import type { JsonObject } from '../../src/canonical.ts'
import { createSeal } from '../../src/seal.ts'
import { rig, type Upstream } from './rig.ts'

const thinking = { type: 'thinking', thinking: 'Hm.', signature: 'Q2xhdWRl' }
const redacted = { type: 'redacted_thinking', data: 'UmVkYWN0ZWQ=' }
const use = { type: 'tool_use', id: 'toolu_1', name: 'now', input: {} }
const signature = 'R2VtaW5p'

/** Claude calls a tool first, and then speaks; Gemini the same. */
const both: Upstream = ({ url, body }) => {
  const answered = JSON.stringify(body).includes('noon')
  if (url.includes('anthropic')) {
    return Response.json({
      type: 'message',
      id: 'msg_1',
      role: 'assistant',
      model: 'claude-opus-5',
      content: answered ? [{ type: 'text', text: 'Noon.' }] : [thinking, redacted, use],
      stop_reason: answered ? 'end_turn' : 'tool_use',
      stop_sequence: null,
      usage: { input_tokens: 3, output_tokens: 2 },
    })
  }
  const call = { functionCall: { id: 'g1', name: 'now', args: {} }, thoughtSignature: signature }
  const parts = answered ? [{ text: 'Noon.' }, { text: '', thoughtSignature: signature }] : [call]
  return Response.json({
    responseId: 'r1',
    modelVersion: 'gemini-3-pro-preview',
    candidates: [{ index: 0, content: { role: 'model', parts }, finishReason: 'STOP' }],
    usageMetadata: { promptTokenCount: 3, candidatesTokenCount: 2, totalTokenCount: 5 },
  })
}

const CLAUDE = 'anthropic/claude-opus-5'
const GEMINI = 'google/gemini-3-pro-preview'
const user = { role: 'user', content: 'What time is it?' }
const more = { role: 'user', content: 'And now?' }
const given = {
  store: false,
  tools: [{ type: 'function', name: 'now', parameters: { type: 'object', properties: {} } }],
}

function outputOf({ output }: JsonObject): readonly JsonObject[] {
  // A response was told.
  return output as readonly JsonObject[]
}

function resultFor(output: readonly JsonObject[]): object {
  const call = output.find(({ type }) => type === 'function_call')
  return { type: 'function_call_output', call_id: call?.['call_id'], output: 'noon' }
}

describe('thoughts that clients carry', () => {
  test('come back to who thought them byte for byte, whoever spoke in between, and to nobody else', async () => {
    const { ask, calls } = rig(both, { memory: false })
    const first = outputOf(await ask({ ...given, model: CLAUDE, input: [user] }))
    const history = [user, ...first, resultFor(first)]
    const second = outputOf(await ask({ ...given, model: GEMINI, input: history }))
    const longer = [...history, ...second, more]
    await ask({ ...given, model: CLAUDE, input: longer })
    await ask({ ...given, model: GEMINI, input: longer })

    const [, toGemini, toClaude, toGeminiAgain] = calls.map(({ text }) => text)
    for (const theirs of ['Q2xhdWRl', 'UmVkYWN0ZWQ=', 'Hm.', 'dragoman']) expect(toGemini).not.toContain(theirs)
    expect(calls[2]?.body['messages']).toMatchObject([
      {},
      { role: 'assistant', content: [thinking, redacted, use] },
      {},
      {},
      {},
    ])
    for (const theirs of [signature, 'dragoman']) expect(toClaude).not.toContain(theirs)
    expect(toGeminiAgain).toContain(`"thoughtSignature":"${signature}"`)
    for (const theirs of ['Q2xhdWRl', 'UmVkYWN0ZWQ=', 'dragoman']) expect(toGeminiAgain).not.toContain(theirs)
  })

  test('come back with the calls they are of: the signature of a call', async () => {
    const { ask, calls } = rig(both, { memory: false })
    const output = outputOf(await ask({ ...given, model: GEMINI, input: [user] }))
    expect(output.map(({ type }) => type)).toEqual(['reasoning', 'function_call'])
    expect(JSON.stringify(output[1])).not.toContain(signature)
    await ask({ ...given, model: GEMINI, input: [user, ...output, resultFor(output)] })
    expect(calls[1]?.body['contents']).toMatchObject([
      { role: 'user' },
      { role: 'model', parts: [{ functionCall: { name: 'now', args: {} }, thoughtSignature: signature }] },
      { role: 'user' },
    ])
  })

  test('come back whatever the client made of their summary', async () => {
    const { ask, calls } = rig(both, { memory: false })
    const asked = { ...given, model: CLAUDE, reasoning: { effort: 'low', summary: 'auto' } }
    const output = outputOf(await ask({ ...asked, input: [user] }))
    expect(output[0]).toMatchObject({ summary: [{ type: 'summary_text', text: 'Hm.' }] })
    const edited = output.map((item) => (item['type'] === 'reasoning' ? { ...item, summary: [], id: undefined } : item))
    await ask({ ...asked, input: [user, ...edited, resultFor(output)] })
    expect(calls[1]?.body['messages']).toMatchObject([{}, { content: [thinking, redacted, use] }, {}])
  })

  test('are carried where nobody asked to see them, and not shown', async () => {
    const { ask } = rig(both)
    const output = outputOf(await ask({ ...given, model: CLAUDE, input: [user], reasoning: { effort: 'low' } }))
    expect(output[0]).toMatchObject({ type: 'reasoning', summary: [] })
    const opened = createSeal('a secret').open(String(output[0]?.['encrypted_content']))
    expect(opened?.blocks).toMatchObject([{ text: 'Hm.', signature: 'Q2xhdWRl' }, { encrypted: 'UmVkYWN0ZWQ=' }])
  })

  test.each([
    ['changed', (sealed: string) => `${sealed.slice(0, -1)}${sealed.endsWith('0') ? '1' : '0'}`],
    ['cut', (sealed: string) => sealed.slice(0, -10)],
    [
      'of another gateway',
      () => createSeal('another').close({ blocks: [{ type: 'reasoning', text: '', signature: 'WA==' }] }),
    ],
    ['of another provider', () => 'gAAAAABoISUA'],
  ])('are left out with a warning where they are %s', async (_, change) => {
    const { ask, post, calls } = rig(both, { memory: false })
    const output = outputOf(await ask({ ...given, model: CLAUDE, input: [user] }))
    const changed = output.map((item) =>
      item['type'] === 'reasoning' ? { ...item, encrypted_content: change(String(item['encrypted_content'])) } : item,
    )
    const told = await post({ ...given, model: CLAUDE, input: [user, ...changed, resultFor(output)] })
    expect(told.status).toBe(200)
    expect(told.headers.get('x-dragoman-warnings')).toContain('input[1].encrypted_content=not of this gateway')
    expect(calls[1]?.body['messages']).toMatchObject([{}, { content: [use] }, {}])
  })

  test('are read by every gateway with the same secret', async () => {
    const output = outputOf(await rig(both).ask({ ...given, model: CLAUDE, input: [user] }))
    const { ask, calls } = rig(both)
    await ask({ ...given, model: CLAUDE, input: [user, ...output, resultFor(output)] })
    expect(calls[0]?.body['messages']).toMatchObject([{}, { content: [thinking, redacted, use] }, {}])
  })
})
