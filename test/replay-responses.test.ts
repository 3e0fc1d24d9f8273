import { describe, expect, test } from 'vitest'
import type { Message } from '../src/canonical.ts'
import { lines, made, tampered } from './replay/made-up.ts'
import type { Members } from './replay/reading.ts'
import type { Recording } from './replay/recordings.ts'
import { misunderstood } from './replay/responses-history.ts'
import { RESPONSES } from './replay/responses-reading.ts'
import { type Route, ROUTES } from './replay/routes.ts'
import { totals } from './replay/report.ts'
import { replay, type Verdict } from './replay/verdicts.ts'

const TEXT = { type: 'output_text', annotations: [], logprobs: [], text: 'Grüße 🌍' }
const REASONING = {
  id: 'rs_1',
  type: 'reasoning',
  summary: [{ type: 'summary_text', text: 'Hm.' }],
  encrypted_content: 'gAAAA',
}
const MESSAGE = { id: 'msg_1', type: 'message', status: 'completed', role: 'assistant', content: [TEXT] }
const CALL = {
  id: 'fc_1',
  type: 'function_call',
  status: 'completed',
  call_id: 'call_1',
  name: 'look',
  arguments: '{}',
}
const RESPONSE = {
  id: 'resp_1',
  object: 'response',
  created_at: 1_760_000_000,
  status: 'completed',
  background: false,
  completed_at: 1_760_000_001,
  error: null,
  incomplete_details: null,
  instructions: null,
  max_output_tokens: null,
  max_tool_calls: null,
  metadata: {},
  model: 'gpt-5',
  output: [REASONING, MESSAGE, CALL],
  parallel_tool_calls: true,
  previous_response_id: null,
  reasoning: { effort: 'low', summary: 'auto' },
  service_tier: 'default',
  store: true,
  temperature: 1,
  text: { format: { type: 'text' } },
  tool_choice: 'auto',
  tools: [{ type: 'function', name: 'look', parameters: {}, strict: false }],
  top_logprobs: 0,
  top_p: 1,
  truncation: 'disabled',
  usage: {
    input_tokens: 9,
    input_tokens_details: { cached_tokens: 3 },
    output_tokens: 7,
    output_tokens_details: { reasoning_tokens: 2 },
    total_tokens: 16,
  },
  user: null,
}
const ASKED = { model: 'gpt-5', input: [{ role: 'user', content: 'Hi' }], tools: RESPONSE.tools }

function recording(body: unknown, asked: Members = ASKED, status = 200): Recording {
  const request = { path: '/v1/responses', body: asked }
  return { ...made(RESPONSES, 'openai', body, status), operation: 'responses', request }
}

/** A stream with the events that the change leaves. */
function streamed(change: (events: readonly Members[]) => readonly Members[] = (events) => events): Recording {
  const item = { ...MESSAGE, status: 'in_progress', content: [] }
  const place = { item_id: 'msg_1', output_index: 0, content_index: 0 }
  const events = [
    { type: 'response.created', response: { ...RESPONSE, status: 'in_progress', output: [] } },
    { type: 'response.in_progress', response: { ...RESPONSE, status: 'in_progress', output: [] } },
    { type: 'response.output_item.added', output_index: 0, item },
    { type: 'response.content_part.added', ...place, part: { ...TEXT, text: '' } },
    { type: 'response.output_text.delta', ...place, delta: 'Grüße ', logprobs: [], obfuscation: 'x' },
    { type: 'response.output_text.delta', ...place, delta: '🌍', logprobs: [] },
    { type: 'response.output_text.done', ...place, text: TEXT.text, logprobs: [] },
    { type: 'response.content_part.done', ...place, part: TEXT },
    { type: 'response.output_item.done', output_index: 0, item: MESSAGE },
    { type: 'response.completed', response: { ...RESPONSE, output: [MESSAGE] } },
  ]
  return recording(lines(...change(events).map((event, index) => ({ ...event, sequence_number: index }))))
}

async function verdictsOf(one: Recording, routes: readonly Route[] = ROUTES): Promise<readonly Verdict[]> {
  const verdicts: Verdict[] = []
  for await (const verdict of replay([one], routes)) verdicts.push(verdict)
  return verdicts
}

async function faults(one: Recording, routes?: readonly Route[]): Promise<readonly string[]> {
  const verdicts = await verdictsOf(one, routes)
  return verdicts.flatMap((verdict) => verdict.faults.map(({ check, path }) => `${check}: ${path}`))
}

describe('a faithful gateway', () => {
  test.each([
    ['a whole response', recording(RESPONSE)],
    ['a streamed one', streamed()],
    [
      'an error',
      recording({ error: { message: 'No.', type: 'invalid_request_error', param: 'input', code: null } }, ASKED, 400),
    ],
  ])('passes with %s', async (_, one) => {
    const verdicts = await verdictsOf(one)
    expect(verdicts.flatMap((verdict) => verdict.faults)).toEqual([])
    expect(totals(verdicts)).toMatchObject({ failed: 0, outOfScope: 0 })
  })
})

describe('the judge notices', () => {
  test.each([
    ['a member of a response that is not told', { ...RESPONSE, surprise: 1 }, 'tells it whole: surprise'],
    [
      'a member of an item that is not',
      { ...RESPONSE, output: [{ ...MESSAGE, surprise: 1 }] },
      'tells it streamed: output[0].surprise',
    ],
    [
      'another count of tokens',
      { ...RESPONSE, usage: { ...RESPONSE.usage, total_tokens: 99 } },
      'tells it whole: usage.total_tokens',
    ],
    [
      'parts that become one',
      { ...RESPONSE, output: [{ ...MESSAGE, content: [TEXT, TEXT] }] },
      'tells it whole: output[0].content',
    ],
    [
      'a member that is null, and not absent',
      { ...RESPONSE, output: [{ ...MESSAGE, surprise: null }] },
      'tells it whole: output[0].surprise',
    ],
  ])('%s', async (_, response, fault) => {
    expect(await faults(recording(response))).toContain(fault)
  })

  test('an event that is not told', async () => {
    const extra = { type: 'response.surprise', output_index: 0, item_id: 'msg_1' }
    expect(await faults(streamed((events) => events.toSpliced(3, 0, extra)))).toContain(
      'streams it event by event: events',
    )
  })

  test('events in another order', async () => {
    const swapped = streamed((events) => events.with(6, events[7] ?? {}).with(7, events[6] ?? {}))
    expect(await faults(swapped)).toContain('streams it event by event: events[5].type')
  })

  test('a request that the provider would not take', async () => {
    const routes = tampered('anthropic', () => ({ encode: () => ({ path: '/v1/messages', body: { messages: [] } }) }))
    expect(await faults(recording(RESPONSE), routes)).toContain('is what the provider takes: max_tokens')
  })

  test('a warning about what the client never sent', async () => {
    const routes = tampered('anthropic', ({ encode }) => ({
      encode(request, warn) {
        warn('messages[0].surprise', 'lost')
        return encode(request, warn)
      },
    }))
    expect(await faults(recording(RESPONSE), routes)).toContain('names what the client sent: input[0].surprise')
  })

  test('an error of another kind', async () => {
    const routes = ROUTES.map((route) => ({
      ...route,
      adapter: { ...route.adapter, failure: () => ({ status: 503 }) },
    }))
    const error = recording(
      { error: { message: 'No.', type: 'invalid_request_error', param: null, code: null } },
      ASKED,
      400,
    )
    expect(await faults(error, routes)).toContain('is refused as it was: class')
  })

  const items = [
    { role: 'user', content: 'Hi' },
    REASONING,
    {
      ...MESSAGE,
      content: [
        { ...TEXT, annotations: [{ type: 'url_citation', url: 'u', title: 't', start_index: 0, end_index: 2 }] },
      ],
    },
    CALL,
    { type: 'function_call_output', call_id: 'call_1', output: 'Done.' },
  ]
  const turn: Message = {
    role: 'assistant',
    blocks: [
      { type: 'reasoning', text: 'Hm.' },
      { type: 'text', text: TEXT.text, citations: [{ type: 'url', start: 0, end: 2, url: 'u' }] },
      { type: 'tool', id: 'call_1', name: 'look', text: '{}' },
    ],
  }
  const messages: readonly Message[] = [
    { role: 'user', content: 'Hi' },
    turn,
    { role: 'tool', id: 'call_1', content: 'Done.' },
  ]
  const warned = ['input[1].encrypted_content']
  const without = (type: string): Message => ({ ...turn, blocks: turn.blocks.filter((block) => block.type !== type) })

  test.each([
    ['nothing where all is understood', messages, warned, []],
    ['a text that is lost', messages.with(1, without('text')), warned, ['said']],
    ['thoughts that are lost', messages.with(1, without('reasoning')), warned, ['said']],
    ['sealed thoughts that are lost in silence', messages, [], ['said']],
    ['a result that is lost', messages.slice(0, 2), warned, ['results.call_1']],
    [
      'a result in a wrong place',
      messages.toSpliced(2, 0, { role: 'user', content: 'And?' }),
      warned,
      ['said', 'messages[2]', 'messages[3]'],
    ],
    ['another role', messages.with(0, { role: 'system', content: 'Hi' }), warned, ['said[0][0]']],
  ])('of a conversation: %s', (_, understood, told, paths) => {
    expect(misunderstood(items, understood, told).map(({ path }) => path)).toEqual(paths)
  })
})

describe('what is refused', () => {
  test.each([
    ['a tool that OpenAI runs: code_interpreter', { ...ASKED, tools: [{ type: 'code_interpreter' }] }],
    ['an item of a tool that OpenAI runs: mcp_call', { ...ASKED, input: [{ type: 'mcp_call', id: 'mcp_1' }] }],
    ['a conversation that OpenAI keeps', { ...ASKED, conversation: 'conv_1' }],
    ['a reply in the background', { ...ASKED, background: true }],
    ['a reply that was not recorded', { ...ASKED, previous_response_id: 'resp_0' }],
  ])('%s', async (reason, asked) => {
    const verdicts = await verdictsOf(recording(RESPONSE, asked))
    expect(verdicts.filter(({ of }) => of === 'request')).toMatchObject([{ outcome: 'refused', reason }])
  })

  test('is resolved where it was recorded', async () => {
    const group = { group: 'made-up', core: true }
    const before = { ...recording(RESPONSE), ...group, sequence: { index: 0, count: 2 } }
    const input = [{ type: 'function_call_output', call_id: 'call_1', output: 'Done.' }]
    const asked = { ...ASKED, previous_response_id: 'resp_1', input }
    const after = { ...recording(RESPONSE, asked), ...group, sequence: { index: 1, count: 2 } }
    const verdicts: Verdict[] = []
    for await (const verdict of replay([after], ROUTES, [before, after])) verdicts.push(verdict)
    expect(verdicts.flatMap((verdict) => verdict.faults)).toEqual([])
    expect(verdicts.filter(({ of, through }) => of === 'request' && through === undefined)).toMatchObject([
      { outcome: 'passed' },
    ])
  })
})
