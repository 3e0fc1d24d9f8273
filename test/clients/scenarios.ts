/**
 * What people do with a client: the same for every client, every provider and every protocol.
 *
 * @module
 */
import assert from 'node:assert/strict'
import { setTimeout as sleep } from 'node:timers/promises'
import { z } from 'zod'
import type { Access, Answer, Conversation, Tool, Trouble } from './client.ts'
import type { Call, Model } from './stage.ts'

/** What a scenario has at hand. */
export interface Stage {
  readonly model: Model
  /** Begins a conversation with the model; what is given differs from the usual. */
  connect(own?: Partial<Access>): Conversation
  explain(error: unknown): Trouble
  /** The calls of the provider whose body holds a word. */
  calls(word: string): readonly Call[]
}

/** A thing that people do. It throws where that does not work. */
export type Scenario = (stage: Stage) => Promise<void>

/** A scenario that is played twice: with a reply that comes whole, and with one that is streamed. */
function twice(
  name: string,
  play: (stage: Stage, stream: boolean) => Promise<void>,
): readonly (readonly [string, Scenario])[] {
  return [
    [name, (stage) => play(stage, false)],
    [`${name}, streamed`, (stage) => play(stage, true)],
  ]
}

const PIXEL =
  'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='

const STORY = 'and then they went on and on '.repeat(20)

/** Scenarios by name, in the order in which they are shown. */
export const SCENARIOS: ReadonlyMap<string, Scenario> = new Map<string, Scenario>([
  ...twice('text', async ({ connect }, stream) => {
    const { text, finish } = await connect().ask({ text: 'Say hello.', stream })
    assert.match(text, /^This is the Dragoman sandbox, not a real model\. You said: "Say hello\."/u)
    assert.equal(finish, 'stop')
  }),
  [
    'pieces',
    async ({ connect }) => {
      const heard: string[] = []
      const hear = (piece: string): void => void heard.push(piece)
      const { text, pieces } = await connect().ask({ text: 'Say hello.', stream: true, hear })
      assert.ok(pieces.length > 5, `only ${pieces.length} pieces`)
      assert.equal(pieces.join(''), text)
      assert.deepEqual(heard, pieces)
    },
  ],
  [
    'usage',
    async ({ connect }) => {
      const { usage } = await connect().ask({ text: 'Count.', stream: false })
      const { input = 0, output = 0, total } = usage ?? {}
      assert.ok(input > 0 && output > 0, JSON.stringify(usage))
      assert.equal(total, input + output)
      const streamed = await connect().ask({ text: 'Count.', stream: true })
      assert.deepEqual(streamed.usage, usage)
    },
  ],
  [
    'system message',
    async ({ connect }) => {
      const system = 'Answer with one valid JSON object and nothing else.'
      const { text } = await connect().ask({ text: 'Hello.', system, stream: false })
      assert.deepEqual(JSON.parse(text), { sandbox: true, you_said: 'Hello.' })
    },
  ],
  [
    'developer message',
    async ({ connect }) => {
      const developer = 'Answer with one valid JSON object and nothing else.'
      const { text } = await connect().ask({ text: 'Hello.', developer, stream: false })
      assert.deepEqual(JSON.parse(text), { sandbox: true, you_said: 'Hello.' })
    },
  ],
  ...twice('several turns', async ({ connect, calls }, stream) => {
    const [one, two, three] = [word(), word(), word()]
    const first = await connect().ask({ text: `I am ${one}.`, stream })
    const second = await first.conversation.ask({ text: `You are ${two}.`, stream })
    const third = await second.conversation.ask({ text: `We are ${three}.`, stream })
    assert.match(third.text, new RegExp(`You said: "We are ${three}\\."`, 'u'))
    const [last] = calls(three)
    // What was said, each by whoever said it, in order.
    const places = [one, `You said: \\"I am ${one}`, two, `You said: \\"You are ${two}`, three].map((words) =>
      last?.body.indexOf(words),
    )
    assert.ok(
      places.every((place, index) => place !== undefined && place > (places[index - 1] ?? -1)),
      `${places.join(' ')} in ${last?.body}`,
    )
  }),
  ...twice('limit on tokens', async ({ connect }, stream) => {
    const { text, finish } = await connect().ask({ text: STORY, maxTokens: 80, stream })
    assert.ok(text.length > 0 && text.length <= 4 * 80, text)
    assert.equal(finish, 'length')
  }),
  [
    'stop sequence',
    async ({ connect }) => {
      const { text, finish } = await connect().ask({ text: 'Hello.', stop: ' sandbox', stream: false })
      assert.equal(text, 'This is the Dragoman')
      assert.equal(finish, 'stop')
    },
  ],
  ...twice('tool loop', async (stage, stream) => {
    const { tool, cities } = weather()
    const { text } = await stage.connect().ask({ text: 'What is the weather in Paris?', tools: [tool], stream })
    assert.deepEqual(cities, ['Paris'])
    assert.match(text, /It rains in Paris\./u)
  }),
  ...twice('parallel tools', async ({ connect, calls }, stream) => {
    const { tool, cities } = weather()
    const mark = word()
    const text = `What is the weather in Paris and Rome? (${mark})`
    const answer = await connect().ask({ text, tools: [tool], stream })
    assert.deepEqual(cities.toSorted(), ['Paris', 'Rome'])
    assert.match(answer.text, /It rains in Paris\..*It rains in Rome\./u)
    // One reply asked for both.
    assert.equal(calls(mark).length, 2)
  }),
  ...twice('handoff', async ({ connect, calls }, stream) => {
    const mark = word()
    const system = `Answer with one valid JSON object and nothing else. You are ${mark}.`
    const text = `Is the meteorologist in? (${mark})`
    const answer = await connect().ask({ text, colleague: { name: 'Meteorologist', system }, stream })
    // Only the colleague is told to answer so.
    assert.deepEqual(JSON.parse(answer.text), { sandbox: true, you_said: text })
    const [asked, handed] = calls(mark)
    assert.equal(asked?.body.includes(`You are ${mark}`), false)
    assert.match(handed?.body ?? '', /transfer_to_Meteorologist/u)
  }),
  ...twice('structured output', async ({ connect }, stream) => {
    const schema = z.object({ name: z.string(), age: z.number() })
    const { object } = await connect().ask({ text: 'Tell me about Ada.', schema, stream })
    assert.deepEqual(Object.keys(schema.parse(object)), ['name', 'age'])
    assert.equal(schema.parse(object).name, 'Ada')
  }),
  ...twice('reasoning', async ({ connect }, stream) => {
    const { text, thoughts } = await connect().ask({ text: 'Think.', effort: 'high', stream })
    assert.match(thoughts, /^I was asked "Think\."\. I follow a script/u)
    assert.match(text, /You said: "Think\."/u)
    assert.doesNotMatch(text, /I follow a script/u)
  }),
  ...twice('reasoning over tools', async ({ connect, calls, model: { proof } }, stream) => {
    const { tool, cities } = weather()
    const mark = word()
    const text = `What is the weather in Oslo and Bonn? (${mark})`
    const answer = await connect().ask({ text, tools: [tool], effort: 'high', stream })
    assert.deepEqual(cities.toSorted(), ['Bonn', 'Oslo'])
    assert.match(answer.text, /It rains in Oslo\..*It rains in Bonn\./u)
    const next = await answer.conversation.ask({ text: 'Thanks.', tools: [tool], effort: 'high', stream })
    assert.match(next.text, /Thanks/u)
    const [, withResults, last] = calls(mark)
    assert.ok(last)
    // Whatever the client made of them, the thoughts are there again.
    if (proof) assert.match(withResults?.body ?? '', proof)
  }),
  [
    'picture',
    async ({ connect }) => {
      const { text } = await connect().ask({ text: 'What is this?', image: PIXEL, stream: false })
      assert.match(text, /1 attachment\(s\): image\/png/u)
    },
  ],
  ...twice('wrong key', async (stage, stream) => {
    const conversation = stage.connect({ key: 'sk-wrong' })
    const trouble = await failing(stage, conversation.ask({ text: 'Hello.', stream }))
    assert.deepEqual([trouble.kind, trouble.status], ['authentication', 401])
    assert.match(trouble.message, /Incorrect API key provided/u)
  }),
  ...twice('unknown model', async (stage, stream) => {
    const model = `${stage.model.id.split('/')[0]}/no-such-model`
    const trouble = await failing(stage, stage.connect({ model }).ask({ text: 'Hello.', stream }))
    assert.deepEqual([trouble.kind, trouble.status], ['not found', 404])
    assert.match(trouble.message, /model/iu)
  }),
  ...twice('bad parameter', async (stage, stream) => {
    const trouble = await failing(stage, stage.connect().ask({ text: 'Hello.', temperature: 9, stream }))
    assert.deepEqual([trouble.kind, trouble.status], ['bad request', 400])
    assert.match(trouble.message, /temperature/u)
  }),
  ...twice('rate limit', async (stage, stream) => {
    const text = `sandbox:retry-after=7 ${word()}`
    const trouble = await failing(stage, stage.connect().ask({ text, stream }))
    assert.deepEqual([trouble.kind, trouble.status, trouble.retryAfter], ['rate limit', 429, '7'])
    assert.match(trouble.message, /fails with 429/u)
  }),
  [
    'another try',
    async ({ connect, calls }) => {
      const mark = word()
      const answer = await connect({ retries: 2 }).ask({ text: `sandbox:retry-after=0 ${mark}`, stream: false })
      assert.match(answer.text, new RegExp(mark, 'u'))
      assert.equal(calls(mark).length, 2)
    },
  ],
  ...twice('provider down', async (stage, stream) => {
    const trouble = await failing(stage, stage.connect().ask({ text: 'sandbox:error=503', stream }))
    assert.deepEqual([trouble.kind, trouble.status], ['server', 503])
    assert.match(trouble.message, /fails with 503/u)
  }),
  [
    'failure mid-stream',
    (stage) => breaking(stage, 'sandbox:error-mid-stream', /overloaded|unavailable|error|stopped/iu),
  ],
  ['connection lost mid-stream', (stage) => breaking(stage, 'sandbox:cut', /ended the reply before it was complete/u)],
  [
    'abort before the reply',
    async (stage) => {
      const mark = word()
      const controller = new AbortController()
      const text = `sandbox:slow=60000 ${mark}`
      const asked = failing(stage, stage.connect().ask({ text, stream: false, signal: controller.signal }))
      await eventually(() => stage.calls(mark).length === 1, 'the provider is asked')
      controller.abort()
      assert.equal((await asked).kind, 'abort')
      await ended(stage, mark)
    },
  ],
  [
    'abort mid-stream',
    async (stage) => {
      const mark = word()
      const controller = new AbortController()
      const heard: string[] = []
      const hear = (piece: string): void => {
        if (heard.push(piece) === 2) controller.abort()
      }
      const text = `sandbox:slow=20 ${mark} ${STORY}`
      const asked = stage.connect().ask({ text, stream: true, signal: controller.signal, hear })
      assert.equal((await failing(stage, asked)).kind, 'abort')
      await ended(stage, mark)
    },
  ],
])

/** A word that nobody else says. */
function word(): string {
  return `x${crypto.randomUUID().replaceAll('-', '').slice(0, 16)}`
}

/** A tool that remembers the cities it was asked for. */
function weather(): { readonly tool: Tool; readonly cities: readonly string[] } {
  const cities: string[] = []
  const tool: Tool = {
    name: 'get_weather',
    description: 'The weather in a city.',
    parameters: z.object({ city: z.string() }),
    run({ city }) {
      cities.push(city)
      return `It rains in ${city}.`
    },
  }
  return { tool, cities }
}

/** What is said of the failure that a question comes to. */
async function failing({ explain }: Stage, asked: Promise<Answer>): Promise<Trouble> {
  const outcome = await asked.then(
    (answer) => ({ answer }),
    (error: unknown) => ({ trouble: explain(error) }),
  )
  if ('trouble' in outcome) return outcome.trouble
  throw new assert.AssertionError({ message: `It was answered: ${outcome.answer.text}` })
}

/** A stream that fails after its first words is an error, and says so. */
async function breaking(stage: Stage, wish: string, message: RegExp): Promise<void> {
  const text = `${wish} ${STORY}`
  const heard: string[] = []
  const hear = (piece: string): void => void heard.push(piece)
  const trouble = await failing(stage, stage.connect().ask({ text, stream: true, hear }))
  assert.equal(trouble.kind, 'broken', JSON.stringify(trouble))
  assert.match(trouble.message, message)
  assert.ok(heard.length > 0)
}

/** The provider stops working for a client that is gone. */
async function ended({ calls }: Stage, mark: string): Promise<void> {
  await eventually(() => calls(mark).every(({ request }) => request.signal.aborted), 'the call of the provider ends')
  assert.equal(calls(mark).length, 1)
}

/** Waits for something that is to happen within a second. */
async function eventually(happened: () => boolean, what: string): Promise<void> {
  for (let waited = 0; !happened(); waited += 5) {
    assert.ok(waited < 1000, `Within a second: ${what}.`)
    await sleep(5)
  }
}
