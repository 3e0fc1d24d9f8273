import type { ChatCompletionMessageParam } from 'openai/resources/chat/completions'
import { describe, expect, test } from 'vitest'
import { INPUTS, parties, WORDS } from './portability/parties.ts'
import type { Party } from './portability/party.ts'
import { stage, type Told, TOOLS, type Turn } from './portability/stage.ts'

const PIXEL = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='

const QUESTION: ChatCompletionMessageParam = {
  role: 'user',
  content: [
    { type: 'text', text: 'Will it rain?' },
    { type: 'image_url', image_url: { url: `data:image/png;base64,${PIXEL}` } },
  ],
}

/** What the tools answer, in the order of the calls. */
const ANSWERS = ['It rains in Zürich.', 'It is noon.']

/** A client: what it keeps of a reply for its history, whether the gateway remembers the rest, and whether thoughts so come back. */
const CLIENTS = [
  { client: 'that sends replies back whole', keeps: (message: Told) => message, remembers: false, carries: true },
  { client: 'that drops what it does not know', keeps: plain, remembers: true, carries: true },
  { client: 'whose replies nobody remembers', keeps: plain, remembers: false, carries: false },
] as const

const WAYS = CLIENTS.flatMap((client) =>
  (['whole', 'streamed'] as const).flatMap((form) => [false, true].map((reversed) => ({ ...client, form, reversed }))),
)

type Way = (typeof WAYS)[number]

for (const one of parties) {
  for (const other of parties) {
    describe(`a conversation begun with ${one.name}, gone on with ${other.name}, and back`, () => {
      test.for(WAYS)('for a client $client, $form, results reversed: $reversed', async (way) => {
        await expectThereAndBack(one, other, way)
      })
    })
  }
}

// "signature values are compatible across platforms": https://platform.claude.com/docs/en/build-with-claude/extended-thinking
test('the thoughts of Claude go along to where the same model is served by somebody else', async () => {
  const find = (wanted: string): Party => parties.find(({ name }) => name === wanted)!
  const [here, there] = [find('anthropic'), { ...find('vertex (Claude)'), model: 'claude-sonnet-4-5@20250929' }]
  const { ask } = stage(false)
  const { message } = await ask(here, 'whole', [QUESTION], true)
  const turn = await ask(there, 'whole', [QUESTION, message, ...results(message, false)])
  expect(turn.warnings).toEqual([])
  expectAgain(here, turn)
})

describe('a conversation that goes round', () => {
  const rounds = [parties, parties.toReversed()]
  for (const round of rounds) {
    const [first] = round
    test.for(WAYS)(`from ${first?.name} on, for a client $client, $form, results reversed: $reversed`, async (way) => {
      await expectAround(round, way)
    })
  }
})

async function expectThereAndBack(
  one: Party,
  other: Party,
  { keeps, remembers, carries, form, reversed }: Way,
): Promise<void> {
  const { ask } = stage(remembers)

  const first = await ask(one, form, [QUESTION], true)
  expectTold(first.message)
  const history = [QUESTION, keeps(first.message), ...results(first.message, reversed)]

  const second = await ask(other, form, history)
  expectPaired(other, second, 1)
  if (other !== one) expectKept(one.secrets, second)
  expect(second.warnings.toSorted()).toEqual(losses(one, other, carries).toSorted())

  const third = await ask(one, form, [...history, keeps(second.message), { role: 'user', content: 'Thanks.' }])
  expectPaired(one, third, 1)
  if (other !== one) expectKept(secretsIn(second.message), third)
  if (carries) expectAgain(one, third)
}

/** Everybody thinks, says something and calls tools, in turn; the first one goes on. */
async function expectAround(
  round: readonly Party[],
  { keeps, remembers, carries, form, reversed }: Way,
): Promise<void> {
  const { ask } = stage(remembers)
  const history: ChatCompletionMessageParam[] = [QUESTION]
  for (const [index, party] of round.entries()) {
    const turn = await ask(party, form, history, true)
    expectTold(turn.message)
    expectPaired(party, turn, index)
    expectKept(
      round.slice(0, index).flatMap(({ secrets }) => secrets),
      turn,
    )
    history.push(keeps(turn.message), ...results(turn.message, reversed))
  }
  const [first, ...others] = round
  if (!first) return
  const last = await ask(first, form, history)
  expectPaired(first, last, round.length)
  expectKept(
    others.flatMap(({ secrets }) => secrets),
    last,
  )
  if (carries) expectAgain(first, last)
}

/** What is reported of a history that begins with another's reply, or with one's own. */
function losses(one: Party, other: Party, carries: boolean): readonly string[] {
  if (carries && other === one) return []
  const signed = carries && one.signsCalls && other.signsCalls
  return [
    ...(carries && one.secrets.length > 0 ? [`messages[1].reasoning=${other.refuses}`] : []),
    ...(signed ? ['messages[1].tool_calls=signed by another model, not sent'] : []),
    ...other.gaps,
  ]
}

/** The calls under the names the client knows, with the inputs as they were. */
function expectTold({ content, tool_calls: calls = [] }: Told): void {
  expect(content).toBe(WORDS)
  const told = calls.map(
    (call) => call.type === 'function' && [call.function.name, JSON.parse(call.function.arguments)],
  )
  expect(told).toEqual(TOOLS.map((tool, index) => [tool.type === 'function' && tool.function.name, INPUTS[index]]))
  expect(new Set(calls.map(({ id }) => id)).size).toBe(2)
}

/** Each call goes by the name of its tool, and has the result that answers it; the picture and the words are there. */
function expectPaired({ protocol }: Party, { body }: Turn, times: number): void {
  const calls = protocol.calls(body)
  const answers = protocol.results(body)
  const tools = protocol.tools(body)
  expect(calls.map(({ name }) => name)).toEqual(Array.from({ length: times }, () => tools).flat())
  expect(new Set(calls.map(({ id }) => id)).size).toBe(2 * times)
  expect(answers).toHaveLength(2 * times)
  for (const [index, { id }] of calls.entries()) {
    const paired = answers.filter((answer) => answer.id === id)
    expect(paired.map(({ text }) => text)).toEqual([expect.stringContaining(ANSWERS[index % 2] ?? '')])
  }
  expect(protocol.pictures(body)).toEqual([PIXEL])
  expect(JSON.stringify(body).split(WORDS)).toHaveLength(times + 1)
}

function expectKept(secrets: readonly string[], { body }: Turn): void {
  const sent = JSON.stringify(body)
  for (const secret of secrets) expect(sent).not.toContain(secret)
}

/** What a party said first is what it is told again, thoughts and signatures byte for byte. */
function expectAgain({ protocol, reply }: Party, { body }: Turn): void {
  const [weather = '', time = ''] = protocol.tools(body)
  expect(protocol.again(body)).toEqual(protocol.original(reply([weather, time]).whole))
}

/** What a message says to nobody but its maker. */
function secretsIn({ reasoning_details: details = [] }: Told): readonly string[] {
  const secrets = details.flatMap(({ text, signature, data }) => [text, signature, data])
  return secrets.filter((secret) => typeof secret === 'string' && secret !== '').map(String)
}

function results({ tool_calls: calls = [] }: Told, reversed: boolean): readonly ChatCompletionMessageParam[] {
  const answers = calls.map(({ id }, index) => ({
    role: 'tool' as const,
    tool_call_id: id,
    content: ANSWERS[index] ?? '',
  }))
  return reversed ? answers.toReversed() : answers
}

/** A message as clients keep it that know OpenAI's members and no others. */
function plain({ role, content, tool_calls: calls }: Told): Told {
  const known = calls?.map((call) =>
    call.type === 'function'
      ? {
          id: call.id,
          type: call.type,
          function: { name: call.function.name, arguments: call.function.arguments },
        }
      : call,
  )
  return { role, content, refusal: null, ...(known && { tool_calls: known }) }
}
