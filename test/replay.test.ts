import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { GatewayError } from '../src/errors.ts'
import type { Reply } from '../src/reply.ts'
import {
  bent,
  brokenOff,
  chat,
  cut,
  lines,
  made,
  paused,
  refused,
  streamed,
  tampered,
  whole,
} from './replay/made-up.ts'
import { defaultFolder, load, type Recording } from './replay/recordings.ts'
import { report, totals } from './replay/report.ts'
import { RESPONSES } from './replay/responses-reading.ts'
import { type Route, ROUTES, routeOf } from './replay/routes.ts'
import { replay, type Verdict } from './replay/verdicts.ts'

async function verdictsOf(
  recordings: readonly Recording[],
  routes: readonly Route[] = ROUTES,
  all = recordings,
): Promise<readonly Verdict[]> {
  const verdicts: Verdict[] = []
  for await (const verdict of replay(recordings, routes, all)) verdicts.push(verdict)
  return verdicts
}

/** What went wrong, as `check: path`. */
async function faults(recording: Recording, routes?: readonly Route[]): Promise<readonly string[]> {
  const verdicts = await verdictsOf([recording], routes)
  return verdicts.flatMap((verdict) => verdict.faults.map(({ check, path }) => `${check}: ${path}`))
}

const folder = defaultFolder()
const all = folder === undefined ? [] : load(folder).recordings

describe.skipIf(folder === undefined)('recorded traffic (set RECORDINGS to its folder)', () => {
  const core = Map.groupBy(
    all.filter(
      (recording) =>
        recording.core &&
        (recording.protocol === 'openai-chat' ||
          recording.operation === 'embeddings' ||
          recording.protocol === RESPONSES ||
          typeof routeOf(recording, ROUTES) === 'object'),
    ),
    ({ provider }) => provider,
  )
  test.each(folder === undefined ? ['every provider'] : [...core.keys()])(
    'of %s is told as it was recorded',
    async (provider) => {
      const verdicts = await verdictsOf(core.get(provider) ?? [], ROUTES, all)
      const failed = verdicts.filter(({ outcome }) => outcome === 'failed')
      expect(failed.length > 0 ? report(failed) : '').toBe('')
    },
  )
})

describe('a faithful gateway', () => {
  test.each([
    ['a whole reply', whole],
    ['a streamed reply', streamed],
    ['a stream that was cut', cut],
    ['a reply that pauses', paused],
    ['an error', refused],
    ['an error in a stream', brokenOff],
    ["OpenAI's own reply and request", chat],
  ])('passes with %s', async (_, recording) => {
    const verdicts = await verdictsOf([recording])
    expect(verdicts.flatMap((verdict) => verdict.faults)).toEqual([])
    expect(totals(verdicts)).toMatchObject({ failed: 0, outOfScope: 0 })
  })
})

const decoding = (change: (reply: Reply) => Partial<Reply>): readonly Route[] =>
  tampered('anthropic', ({ decode }) => ({ decode: (frame, reply) => decode(frame, bent(reply, change)) }))

describe('the judge notices', () => {
  const MESSAGE_AT = 'tells it whole: choices[0].message'
  const losses: readonly [string, (reply: Reply) => Partial<Reply>, string][] = [
    ['a lost text', () => ({ text() {} }), `${MESSAGE_AT}.content`],
    [
      'a changed letter',
      (reply) => ({ text: (delta) => reply.text(delta.replace('ü', 'u')) }),
      `${MESSAGE_AT}.content`,
    ],
    ['lost thoughts', () => ({ reasoning() {} }), `${MESSAGE_AT}.reasoning_content`],
    [
      'a lost signature',
      (reply) => ({ reasoning: (delta) => reply.reasoning(delta) }),
      `${MESSAGE_AT}.reasoning_details[0].signature`,
    ],
    ['a lost citation', () => ({ cite() {} }), `${MESSAGE_AT}.annotations`],
    [
      'a citation out of place',
      (reply) => ({ cite: (citation) => reply.cite({ ...citation, end: 3 }) }),
      `${MESSAGE_AT}.annotations[0].url_citation.end_index`,
    ],
    ['a lost block of the provider', () => ({ opaque() {} }), `${MESSAGE_AT}.reasoning_details[1].data`],
    [
      'a changed id',
      (reply) => ({ tool: (piece) => reply.tool({ ...piece, ...(piece.id && { id: 'call_9' }) }) }),
      `${MESSAGE_AT}.tool_calls[0].id`,
    ],
    [
      'a changed input',
      (reply) => ({
        tool: (piece) => reply.tool({ ...piece, ...(piece.fallback && { fallback: '{"city":"Rome"}' }) }),
      }),
      `${MESSAGE_AT}.tool_calls[1].function.arguments`,
    ],
    [
      'another ending',
      (reply) => ({ finish: (_, ending) => reply.finish('length', ending) }),
      'tells it whole: choices[0].finish_reason',
    ],
    [
      'tokens not counted',
      (reply) => ({ usage: ({ cached: _, ...tally }) => reply.usage(tally) }),
      'tells it whole: usage.prompt_tokens',
    ],
    [
      'another model',
      (reply) => ({ start: (facts) => reply.start({ ...facts, model: 'x' }) }),
      'tells it whole: model',
    ],
    ['a reply that never ends', () => ({ finish() {} }), 'tells it whole: '],
  ]
  test.each(losses)('%s', async (_, change, fault) => {
    expect(await faults(whole, decoding(change))).toContain(fault)
  })

  test('what is lost only from a stream', async () => {
    const routes = tampered('anthropic', ({ decode }) => ({
      decode(frame, reply) {
        if (!JSON.stringify(frame).includes('🌍')) decode(frame, reply)
      },
    }))
    const found = await faults(streamed, routes)
    expect(found).toContain('tells it streamed: choices[0].message.content')
    expect(found).toContain('is told back as it came: content[0].text')
  })

  test('a frame the adapter does not know', async () => {
    const stranger = made(
      'anthropic-messages',
      'anthropic',
      lines({ type: 'surprise' }) + String(streamed.response?.body),
    )
    expect(await faults(stranger)).toContain('knows what was recorded: frames[0]')
  })

  test('a frame that one family of a provider knows and the other does not', async () => {
    const [body, strange] = [String(streamed.response?.body), lines({ candidates: [] })]
    const claude = (stream: string): Recording => made('anthropic-messages', 'google-vertex', stream)
    expect(await faults(claude(body))).toEqual([])
    expect(await faults(claude(strange + body))).toContain('knows what was recorded: frames[0]')
  })

  test('an error of another kind', async () => {
    const routes = ROUTES.map((route) => ({
      ...route,
      adapter: { ...route.adapter, failure: () => ({ status: 400 }) },
    }))
    expect(await faults(refused, routes)).toContain('tells it whole: class')
  })

  test('an error in a stream that is kept quiet', async () => {
    expect(
      await faults(
        brokenOff,
        decoding((reply) => ({ fail: () => reply.finish('stop') })),
      ),
    ).toContain('tells it streamed: ')
  })

  test('a cut that is told as an ending', async () => {
    const quiet = tampered('anthropic', ({ decode }) => ({
      decode(frame, reply) {
        reply.finish('stop')
        decode(frame, reply)
      },
    }))
    expect(await faults(cut, quiet)).toContain('tells it whole: ')
  })

  test("a member of OpenAI's reply that is lost", async () => {
    const routes = tampered('openai', ({ decode }) => ({
      decode: (frame, reply) =>
        decode(
          frame,
          bent(reply, () => ({ extra() {} })),
        ),
    }))
    expect(await faults(chat, routes)).toContain('tells it whole: system_fingerprint')
  })

  test('a field of the request that is lost', async () => {
    const routes = tampered('openai', ({ encode }) => ({
      encode: ({ temperature: _, ...rest }, warn) => encode(rest, warn),
    }))
    expect(await faults(chat, routes)).toContain('is sent as it was asked: temperature')
  })

  test('a request the provider would not take', async () => {
    const routes = tampered('anthropic', () => ({
      encode: () => ({ path: '/v1/messages', body: { model: 'claude-opus-5', messages: [] } }),
    }))
    expect(await faults(chat, routes)).toContain('is what the provider takes: max_tokens')
  })

  test('a refusal without a known reason', async () => {
    const routes = tampered('anthropic', () => ({
      encode() {
        throw new GatewayError({
          status: 400,
          type: 'invalid_request_error',
          code: null,
          param: 'temperature',
          message: 'No.',
        })
      },
    }))
    expect(await faults(chat, routes)).toContain('is sent, or refused for a reason: temperature')
  })
})

describe('a reply that pauses', () => {
  const group = { group: 'made-up', sequence: { index: 0, count: 2 } }
  const rest = { ...whole, ...group, sequence: { index: 1, count: 2 }, core: false }

  test('goes on with the recording that follows it', async () => {
    const [verdict] = await verdictsOf([{ ...paused, ...group }], ROUTES, [{ ...paused, ...group }, rest])
    expect(verdict).toMatchObject({ outcome: 'passed', faults: [] })
  })

  test('is noticed when it goes on from something else', async () => {
    const routes = tampered('anthropic', ({ encode }) => ({
      encode: (request, warn) => encode({ ...request, messages: request.messages.slice(0, 1) }, warn),
    }))
    expect(await faults(paused, routes)).toContain('goes on after a pause from what was said: content')
  })
})

describe('what is not replayed', () => {
  test.each([
    [{ ...whole, operation: 'count_tokens' }, 'operation count_tokens: not a chat reply'],
    [{ ...whole, protocol: 'smoke-signals' }, 'protocol smoke-signals: no adapter yet'],
    [{ ...whole, provider: 'nobody' }, 'provider nobody (anthropic-messages): no adapter yet'],
    [{ ...whole, response: undefined }, 'no reply was recorded'],
  ])('has a reason', (recording, reason) => {
    expect(routeOf(recording, ROUTES)).toBe(reason)
  })
})

describe('the command', () => {
  const place = mkdtempSync(join(tmpdir(), 'replay-'))
  afterAll(() => rmSync(place, { recursive: true }))
  const run = (...args: readonly string[]): { status: number | null; out: string } => {
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [join(import.meta.dirname, 'replay/main.ts'), ...args],
      { encoding: 'utf8' },
    )
    return { status, out: stdout + stderr }
  }

  test('says that a folder is missing, or empty', () => {
    expect(run(join(place, 'nowhere'))).toMatchObject({ status: 2, out: expect.stringContaining('does not exist') })
    expect(run(place)).toMatchObject({ status: 2, out: expect.stringContaining('holds no recordings') })
    expect(run()).toMatchObject({ status: 2, out: expect.stringContaining('Usage') })
  })

  test('fails when one recording fails, and says which', () => {
    writeFileSync(join(place, 'good.json'), JSON.stringify({ ...whole, name: 'good' }))
    writeFileSync(join(place, 'stranger.json'), '{}')
    expect(run(place)).toMatchObject({ status: 0, out: expect.stringContaining('1 passed, 0 failed, 0 out of scope') })
    writeFileSync(
      join(place, 'bad.json'),
      JSON.stringify({ ...made('anthropic-messages', 'anthropic', lines({ type: 'surprise' })), name: 'bad' }),
    )
    const { status, out } = run(place, '--json', join(place, 'verdicts.txt'))
    expect(status).toBe(1)
    expect(out).toContain('anthropic/bad (reply)')
    expect(out).toMatch(/1 passed, 1 failed, 0 out of scope\n$/u)
  })
})
