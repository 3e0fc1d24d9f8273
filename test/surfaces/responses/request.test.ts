import { describe, expect, test } from 'vitest'
import type { ChatRequest } from '../../../src/canonical.ts'
import { responses } from '../../../src/surfaces/responses/index.ts'
import { session } from '../session.ts'

type Warning = readonly [param: string, reason: string]

async function ask(members: object): Promise<{ request: ChatRequest; warnings: Warning[] }> {
  const warnings: Warning[] = []
  const warn = (...warning: Warning): void => void warnings.push(warning)
  const { request } = await responses.parse({ model: 'm', input: 'Hi.', ...members }, warn, session())
  return { request, warnings }
}

const user = { role: 'user', content: 'Hi.' }
const call = (id: string, type = 'function_call'): object => ({
  type,
  call_id: id,
  name: 'f',
  arguments: '{}',
  input: '',
})
const output = (id: string): object => ({ type: 'function_call_output', call_id: id, output: `of ${id}` })
const said = (id: string): object => ({ type: 'tool', id, name: 'f', text: '{}' })
const result = (id: string): object => ({ role: 'tool', id, content: `of ${id}` })

async function say(...input: readonly object[]): Promise<readonly unknown[]> {
  const { request, warnings } = await ask({ input })
  expect(warnings.filter(([, reason]) => reason !== 'unknown')).toEqual([])
  return request.messages
}

describe('reads', () => {
  test('a text as a message, after instructions', async () => {
    expect((await ask({ instructions: 'Be brief.' })).request.messages).toEqual([
      { role: 'system', content: 'Be brief.' },
      user,
    ])
    expect((await ask({ input: [], instructions: '' })).request.messages).toEqual([{ role: 'system', content: '' }])
  })

  test('every parameter', async () => {
    const { request, warnings } = await ask({
      stream: true,
      max_output_tokens: 9,
      temperature: 0,
      top_p: 1,
      top_logprobs: 0,
      include: ['message.output_text.logprobs'],
      text: { format: { type: 'json_object' }, verbosity: 'low' },
      reasoning: { effort: 'high', generate_summary: 'concise' },
      parallel_tool_calls: false,
      user: 'u',
      safety_identifier: 's',
      metadata: { a: 'b' },
      service_tier: 'flex',
      prompt_cache_key: 'k',
      prompt_cache_retention: '24h',
      thinking: { type: 'enabled' },
    })
    expect(warnings).toEqual([])
    expect(request).toEqual({
      model: 'm',
      messages: [user],
      stream: true,
      maxTokens: 9,
      temperature: 0,
      topP: 1,
      logprobs: true,
      topLogprobs: 0,
      format: { type: 'json' },
      verbosity: 'low',
      reasoning: { effort: 'high' },
      parallelToolCalls: false,
      user: 'u',
      safetyIdentifier: 's',
      metadata: { a: 'b' },
      serviceTier: 'flex',
      cache: { key: 'k', retention: '24h' },
      extra: { thinking: { type: 'enabled' } },
    })
  })

  test('null as nothing', async () => {
    const nothing = [
      'instructions',
      'max_output_tokens',
      'metadata',
      'reasoning',
      'store',
      'text',
      'tools',
      'tool_choice',
    ]
    const { request, warnings } = await ask(Object.fromEntries(nothing.map((name) => [name, null])))
    expect({ request, warnings }).toEqual({ request: { model: 'm', messages: [user], stream: false }, warnings: [] })
  })

  test('reasoning without a summary as reasoning to be kept from the client', async () => {
    expect((await ask({ reasoning: { effort: 'low' } })).request.reasoning).toEqual({ effort: 'low', hidden: true })
    expect((await ask({ reasoning: { effort: 'low', summary: 'auto' } })).request.reasoning).toEqual({ effort: 'low' })
    expect((await ask({})).request.reasoning).toBeUndefined()
  })

  test('tools of a namespace under both names, and calls of them too', async () => {
    const now = { type: 'function', name: 'now' }
    const { request } = await ask({
      tools: [{ type: 'namespace', name: 'clock', tools: [now] }, now, { type: 'web_search_preview' }],
      tool_choice: { type: 'function', name: 'clock__now' },
      input: [{ ...call('a'), name: 'now', namespace: 'clock' }, output('a')],
    })
    expect(request.tools).toEqual([
      { type: 'function', name: 'clock__now' },
      { type: 'function', name: 'now' },
    ])
    expect(request.toolChoice).toEqual({ type: 'tool', name: 'clock__now' })
    expect(request.webSearch).toEqual({})
    expect(request.messages[0]).toMatchObject({ blocks: [{ name: 'clock__now' }] })
  })
})

describe('gathers', () => {
  test('what the model said in a row into one turn, in its order', async () => {
    expect(
      await say(
        user,
        { type: 'reasoning', summary: [{ type: 'summary_text', text: 'Hm.' }] },
        { role: 'assistant', content: 'A' },
        call('a'),
        { role: 'assistant', content: [{ type: 'output_text', text: 'B' }] },
        call('b', 'custom_tool_call'),
        output('a'),
        { ...output('b'), type: 'custom_tool_call_output' },
      ),
    ).toEqual([
      user,
      {
        role: 'assistant',
        blocks: [
          { type: 'reasoning', text: 'Hm.' },
          { type: 'text', text: 'A' },
          said('a'),
          { type: 'text', text: 'B' },
          { ...said('b'), text: '', custom: true },
        ],
      },
      result('a'),
      result('b'),
    ])
  })

  test('calls and their results one after the other as turns of their own', async () => {
    expect(await say(user, call('a'), output('a'), call('b'), output('b'))).toEqual([
      user,
      { role: 'assistant', blocks: [said('a')] },
      result('a'),
      { role: 'assistant', blocks: [said('b')] },
      result('b'),
    ])
  })

  test('results behind the turn with their calls, wherever they stand', async () => {
    expect(
      await say(user, call('a'), call('b'), user, output('b'), { role: 'assistant', content: 'A' }, output('a')),
    ).toEqual([
      user,
      { role: 'assistant', blocks: [said('a'), said('b')] },
      result('b'),
      result('a'),
      user,
      { role: 'assistant', blocks: [{ type: 'text', text: 'A' }] },
    ])
  })

  test('calls of the same id, where the earlier one was answered: some providers number them anew', async () => {
    expect(await say(user, call('a'), output('a'), call('a'), output('a'))).toEqual([
      user,
      { role: 'assistant', blocks: [said('a')] },
      result('a'),
      { role: 'assistant', blocks: [said('a')] },
      result('a'),
    ])
  })

  test('nothing of thoughts that say nothing', async () => {
    expect(await say(user, { type: 'reasoning', id: 'rs_1', summary: [] }, user)).toEqual([user, user])
  })

  test('what OpenAI’s SDK adds to what it parsed, as if it were not there', async () => {
    const text = { type: 'output_text', text: '{}', annotations: [], logprobs: [], parsed: {} }
    const message = { type: 'message', id: 'msg_1', role: 'assistant', status: 'completed', content: [text] }
    expect(await say(user, message, { ...call('a'), parsed_arguments: {} }, output('a'))).toMatchObject([
      user,
      { blocks: [{ type: 'text', text: '{}' }, said('a')] },
      result('a'),
    ])
  })

  test('sources with the words they are of, and all that was told of them', async () => {
    const span = { start_index: 0, end_index: 1 }
    const annotations = [
      { type: 'url_citation', ...span, url: 'https://a.test', title: 'https://a.test', cited_text: 'x' },
      { type: 'file_citation', ...span, file_id: '', index: 0, filename: 'b.txt', document: { page: 1 } },
    ]
    expect(
      await say(user, { role: 'assistant', content: [{ type: 'output_text', text: 'Yes', annotations }] }),
    ).toEqual([
      user,
      {
        role: 'assistant',
        blocks: [
          {
            type: 'text',
            text: 'Yes',
            citations: [
              { type: 'url', start: 0, end: 1, url: 'https://a.test', document: { cited_text: 'x' } },
              { type: 'document', start: 0, end: 1, title: 'b.txt', document: { page: 1 } },
            ],
          },
        ],
      },
    ])
  })

  test('a text told from several blocks as those blocks, as far as their sources tell them apart', async () => {
    const source = (start: number, end: number): object => ({
      type: 'url_citation',
      start_index: start,
      end_index: end,
      url: 'https://a.test',
      title: 'A',
      block: true,
    })
    const blocks = async (text: string, ...annotations: object[]): Promise<unknown> => {
      const [, turn] = await say(user, { role: 'assistant', content: [{ type: 'output_text', text, annotations }] })
      return turn
    }
    const citations = [{ type: 'url', start: 0, end: 2, url: 'https://a.test', title: 'A' }]
    expect(await blocks('👋abcd', source(1, 3))).toEqual({
      role: 'assistant',
      blocks: [
        { type: 'text', text: '👋' },
        { type: 'text', text: 'ab', citations },
        { type: 'text', text: 'cd' },
      ],
    })
    // Edited by its client, so that the source is of nothing any more.
    expect(await blocks('a', source(1, 3))).toEqual({ role: 'assistant', blocks: [{ type: 'text', text: 'a' }] })
    expect(await blocks('', source(0, 0))).toMatchObject({ blocks: [{ text: '', citations: [{ start: 0, end: 0 }] }] })
  })
})
