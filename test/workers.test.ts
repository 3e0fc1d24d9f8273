import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, unlinkSync, writeFileSync } from 'node:fs'
import { type IncomingMessage, request, type ServerResponse } from 'node:http'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { json, text } from 'node:stream/consumers'
import type OpenAI from 'openai'
import { afterEach, describe, expect, test } from 'vitest'
import { type LocalUpstream, openUpstream } from './local-upstream.ts'

/** Processes take their time to start on a busy machine. */
const PATIENCE = { timeout: 120_000 }
const CLI = join(import.meta.dirname, '../src/cli.ts')

const cleanUp: (() => unknown)[] = []

afterEach(async () => {
  for (const close of cleanUp.splice(0).toReversed()) await close()
})

/** A server of several processes, in front of a provider that does what the test says. */
interface Stage {
  readonly child: ChildProcess
  readonly port: number
  readonly config: string
  /** What it has written to its log so far. */
  log(): string
  /** The connections over which the provider was asked. */
  readonly serving: ReadonlySet<unknown>
  /** Resolves to the exit code. */
  readonly left: Promise<number | null>
}

type Asked = { readonly messages: readonly { readonly role: string; readonly content: unknown }[] }
type Handle = (asked: Asked, response: ServerResponse) => void

const SEVERAL = ['--workers', '2']

async function stage(handle: Handle): Promise<Stage> {
  // Each worker has a connection of its own to the provider.
  const serving = new Set<number | undefined>()
  let isReady = false
  const upstream: LocalUpstream = await openUpstream((asked, response) => {
    serving.add(asked.socket.remotePort)
    void json(asked).then((body) => (isReady ? handle(body as Asked, response) : say(response, words)))
  })
  cleanUp.push(upstream.close)
  // The key is too short to make a secret of.
  const started = start({ providers: { anthropic: { apiKey: 'k', baseURL: upstream.url } } }, [
    '--port',
    '0',
    ...SEVERAL,
  ])
  const { child, said, left, config } = started
  const address = (): number => Number(/at http:\S+:(\d+)\/v1/u.exec(said().out)?.[1])
  await expect.poll(address, { timeout: 60_000 }).toBeGreaterThan(0)
  const port = address()
  const seen = async (): Promise<number> => {
    await post(port, '/v1/chat/completions', hello)
    return serving.size
  }
  await expect.poll(seen, { timeout: 60_000 }).toBe(2)
  isReady = true
  serving.clear()
  return { child, port, config, left, log: () => said().err, serving }
}

function start(config: object, flags: readonly string[]) {
  const folder = mkdtempSync(join(tmpdir(), 'dragoman-workers-'))
  cleanUp.push(() => rmSync(folder, { recursive: true, force: true }))
  const file = join(folder, 'dragoman.config.json')
  writeFileSync(file, JSON.stringify(config))
  const child = spawn(process.execPath, [CLI, '--config', file, ...flags], { env: { PATH: process.env['PATH'] } })
  const said = { out: '', err: '' }
  child.stdout.on('data', (piece) => (said.out += String(piece)))
  child.stderr.on('data', (piece) => (said.err += String(piece)))
  const left = once(child, 'close').then(([code]) => code as number | null)
  cleanUp.push(() => child.kill('SIGKILL') && left)
  return { child, config: file, left, said: () => said }
}

/** The processes that a process leads. */
function workers({ pid }: ChildProcess): readonly number[] {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number)
}

interface Told {
  readonly status: number | undefined
  readonly id: string
  readonly body: Pick<OpenAI.ChatCompletion, 'choices'> & Pick<OpenAI.Responses.Response, 'id' | 'output'>
}

/** Asks over a connection of its own. */
async function post(port: number, path: string, body: object): Promise<Told> {
  const headers = { 'content-type': 'application/json' }
  const asked = request({ host: '127.0.0.1', port, path, method: 'POST', headers, agent: false })
  asked.end(JSON.stringify({ model: 'claude-opus-5', ...body }))
  const [response] = (await once(asked, 'response')) as [IncomingMessage]
  const id = String(response.headers['x-request-id'])
  return { status: response.statusCode, id, body: JSON.parse(await text(response)) }
}

const hello = { messages: [{ role: 'user', content: 'Hello!' }] }

/** A whole reply of the provider. */
function say(response: ServerResponse, content: readonly object[], reason = 'end_turn'): void {
  const usage = { input_tokens: 3, output_tokens: 1 }
  const reply = { id: 'msg_1', type: 'message', role: 'assistant', model: 'claude-opus-5', content, usage }
  response.writeHead(200, { 'content-type': 'application/json' })
  response.end(JSON.stringify({ ...reply, stop_reason: reason, stop_sequence: null }))
}

const words = [{ type: 'text', text: 'Hi!' }]
const thoughts = { type: 'thinking', thinking: 'Hm.', signature: 'c2lnbmVk' }

describe('several workers', () => {
  test('know the replies that any of them told', PATIENCE, async () => {
    const lengths: number[] = []
    const { port, serving } = await stage(({ messages }, response) => {
      lengths.push(messages.length)
      say(response, words)
    })
    let previous: string | undefined
    for (let turn = 0; turn < 20; turn++) {
      const { status, body } = await post(port, '/v1/responses', { input: 'And?', previous_response_id: previous })
      expect(status, JSON.stringify(body)).toBe(200)
      previous = body.id
    }
    expect(lengths).toEqual(Array.from({ length: 20 }, (_, turn) => 2 * turn + 1))
    expect(serving.size).toBe(2)
  })

  test('forget a reply that any of them is told to forget', PATIENCE, async () => {
    const { port } = await stage((_, response) => say(response, words))
    const { body } = await post(port, '/v1/responses', { input: 'Hello!' })
    const forget = () => fetch(`http://127.0.0.1:${port}/v1/responses/${body.id}`, { method: 'DELETE' })
    expect((await forget()).status).toBe(200)
    expect((await forget()).status).toBe(404)
    const { status } = await post(port, '/v1/responses', { input: 'And?', previous_response_id: body.id })
    expect(status).toBe(400)
  })

  test('open what any of them sealed', PATIENCE, async () => {
    const asked: Asked[] = []
    const { port } = await stage((body, response) => {
      asked.push(body)
      say(response, [thoughts, ...words])
    })
    const settings = { store: false, include: ['reasoning.encrypted_content'], reasoning: { effort: 'low' } }
    const user = { type: 'message', role: 'user', content: 'Hello!' }
    const first = await post(port, '/v1/responses', { ...settings, input: [user] })
    for (let turn = 0; turn < 4; turn++)
      await post(port, '/v1/responses', { ...settings, input: [user, ...first.body.output, user] })
    const seen = asked.slice(1).map(({ messages }) => JSON.stringify(messages).includes(thoughts.signature))
    expect(seen).toEqual([true, true, true, true])
  })

  test('remember the reasoning that clients cannot send back', PATIENCE, async () => {
    const asked: Asked[] = []
    const { port } = await stage((body, response) => {
      asked.push(body)
      const call = { type: 'tool_use', id: `toolu_${asked.length}`, name: 'look', input: {} }
      say(response, [thoughts, call], 'tool_use')
    })
    const tools = [{ type: 'function', function: { name: 'look', parameters: { type: 'object' } } }]
    const settings = { tools, reasoning_effort: 'low', max_completion_tokens: 4096 }
    const first = await post(port, '/v1/chat/completions', { ...settings, ...hello })
    const { tool_calls: calls = [] } = first.body.choices[0]?.message ?? {}
    const result = { role: 'tool', tool_call_id: calls[0]?.id, content: 'Seen.' }
    const messages = [...hello.messages, { role: 'assistant', content: null, tool_calls: calls }, result]
    for (let turn = 0; turn < 4; turn++) await post(port, '/v1/chat/completions', { ...settings, messages })
    const seen = asked.slice(1).map(({ messages }) => JSON.stringify(messages).includes(thoughts.signature))
    expect(seen).toEqual([true, true, true, true])
  })

  test('write one log, of whole lines, and none is lost', PATIENCE, async () => {
    const { child, port, log, left } = await stage((_, response) => say(response, words))
    const told: string[] = []
    for (let round = 0; round < 10; round++)
      for (const { id } of await Promise.all(
        Array.from({ length: 30 }, () => post(port, '/v1/chat/completions', hello)),
      ))
        told.push(id)
    child.kill('SIGTERM')
    expect(await left).toBe(0)
    const entries = log()
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
    const logged = new Set(told)
    expect(entries.filter(({ id }) => logged.has(id))).toHaveLength(300)
    expect(logged.size).toBe(300)
  })
})

describe('a server of several workers that is told to stop', () => {
  test.each(['SIGTERM', 'SIGINT'] as const)('by %s finishes what is under way', PATIENCE, async (signal) => {
    const held: ServerResponse[] = []
    const { child, port, left } = await stage((_, response) => held.push(response))
    const asked = Array.from({ length: 40 }, () => post(port, '/v1/chat/completions', hello))
    await expect.poll(() => held.length, { timeout: 30_000 }).toBe(40)
    child.kill(signal)
    // By now nobody listens any more, but everybody still answers.
    await expect.poll(() => isFree(port), { timeout: 10_000 }).toBe(true)
    for (const response of held) say(response, words)
    const told = await Promise.all(asked)
    expect(told.map(({ status, body }) => [status, body.choices[0]?.message.content])).toEqual(
      Array.from({ length: 40 }, () => [200, 'Hi!']),
    )
    const end = performance.now()
    expect(await left).toBe(0)
    expect(performance.now() - end).toBeLessThan(5000)
  })

  test('leaves nobody waiting who keeps a connection', PATIENCE, async () => {
    const { child, port, left } = await stage((_, response) => say(response, words))
    await fetch(`http://127.0.0.1:${port}/health`)
    const start = performance.now()
    child.kill('SIGTERM')
    expect(await left).toBe(0)
    expect(performance.now() - start).toBeLessThan(4000)
  })
})

describe('a worker that ends', () => {
  test('is replaced', PATIENCE, async () => {
    const { child, port, log } = await stage((_, response) => say(response, words))
    const [first = 0, second] = workers(child)
    process.kill(first, 'SIGKILL')
    await expect.poll(() => log()).toContain(`"worker":${first},"ended":"SIGKILL"`)
    await expect.poll(() => workers(child).length, { timeout: 30_000 }).toBe(2)
    expect(workers(child)).not.toContain(first)
    expect(workers(child)).toContain(second)
    for (let count = 0; count < 6; count++)
      expect(await post(port, '/v1/chat/completions', hello)).toMatchObject({ status: 200 })
  })

  test('is not replaced in haste where none can start', PATIENCE, async () => {
    const { child, port, config, log } = await stage((_, response) => say(response, words))
    unlinkSync(config)
    process.kill(workers(child)[0] ?? 0, 'SIGKILL')
    const ends = (): readonly number[] => [...log().matchAll(/"replaced_in":(\d+)/gu)].map(([, wait]) => Number(wait))
    await expect.poll(() => ends().length, { timeout: 60_000 }).toBe(4)
    expect(ends()).toEqual([100, 200, 400, 800])
    // The other one goes on.
    expect(await post(port, '/v1/chat/completions', hello)).toMatchObject({ status: 200 })
  })
})

describe('a server of several workers that cannot start', () => {
  test('says what one says, and ends as one ends', PATIENCE, async () => {
    const broken = { providers: { anthropic: {} }, port: -1 }
    const one = start(broken, [])
    const several = start(broken, SEVERAL)
    expect([await one.left, await several.left]).toEqual([1, 1])
    expect(several.said()).toEqual({ out: '', err: one.said().err })
    expect(one.said().err).toContain('port: ')
  })

  test('says once that its port is taken', PATIENCE, async () => {
    const other = createServer()
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve))
    cleanUp.push(() => other.close())
    const at = other.address()
    const port = typeof at === 'object' ? at?.port : undefined
    const { left, said } = start({}, [...SEVERAL, '--port', String(port)])
    expect(await left).toBe(1)
    expect(said().err.match(/EADDRINUSE/gu)).toHaveLength(1)
  })

  test.each(['0', '-1', 'many', '1.5'])('says that %s is no number of workers', PATIENCE, async (count) => {
    const { left, said } = start({}, [`--workers=${count}`])
    expect(await left).toBe(1)
    expect(said().err).toBe(`dragoman: --workers: ${count} is neither a number of processes nor auto\n`)
  })
})

async function isFree(port: number): Promise<boolean> {
  const server = createServer()
  return new Promise((resolve) => {
    server.once('error', () => resolve(false))
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)))
  })
}
