/**
 * Promises about how a reply comes in: in what pieces, with what between them, how far, beside what else, for whom.
 *
 * @module
 */
import assert from 'node:assert/strict'
import type { Adapter } from '../adapter.ts'
import type { Json, JsonObject } from '../canonical.ts'
import { isObject } from '../wire/json.ts'
import { readStream } from './chunks.ts'
import { assertTold } from './exchange.ts'
import { frames, spoiled, stranger } from './recording.ts'
import { hasStream, hasWhole, isChat, type Pledge, type Scene, toldOf } from './scene.ts'
import { answer, cutNowhere, isError, isSecret, stage, streamed, told, whole, type Provider } from './stage.ts'

/** What must not make a difference on the way, and what must. */
export const delivery: readonly Pledge[] = [
  {
    says: 'does not care where chunks break',
    applies: hasStream,
    async keep(scene) {
      const length = scene.fixture.replies[0]?.streamed?.length ?? 0
      const cuttings = [everyByte, ...places(length).map(inTwo)]
      for (const cut of cuttings) await assertTold(scene, await streamIn(scene, streamed(cut)))
    },
  },
  {
    says: 'skips frames it does not know',
    applies: hasStream,
    async keep(scene) {
      const { framing } = scene
      const strange = stranger(framing)
      const withStrangers = streamed((bytes) =>
        frames(framing, bytes).flatMap((frame, index) => (index === 0 ? [frame] : [strange, frame])),
      )
      await assertTold(scene, await streamIn(scene, withStrangers))
    },
  },
  {
    says: 'says so when the stream is cut short',
    applies: hasStream,
    async keep(scene) {
      const { framing } = scene
      const last = scene.fixture.replies.at(-1)
      const count = frames(framing, last?.streamed ?? new Uint8Array()).length
      for (let kept = 0; kept < count; kept++) {
        const cut = streamed((bytes) => (bytes === last?.streamed ? frames(framing, bytes).slice(0, kept) : [bytes]))
        const value = await told(await streamIn(scene, cut))
        if (isError(value)) continue
        const expected = toldOf(scene)
        const choices = isObject(value) && value['choices']
        assert.deepEqual(
          choices,
          isObject(expected) && expected['choices'],
          `After ${kept} of ${count} frames the reply seemed complete.`,
        )
      }
    },
  },
  {
    says: 'says so when the body is cut short',
    applies: (scene) => isChat(scene) && hasWhole(scene),
    async keep(scene) {
      const { adapter, fixture } = scene
      const last = fixture.replies.at(-1)
      const cut: Provider = (reply) =>
        answer(reply, reply === last ? (reply.whole ?? '').slice(0, -2) : (reply.whole ?? ''))
      const { ask } = await stage(adapter, fixture, cut)
      assert.ok(isError(await told(await ask('whole'))), 'Half a body seemed to be a reply.')
    },
  },
  {
    says: 'keeps two replies apart when interleaved',
    applies: (scene) => hasStream(scene) && scene.fixture.replies.length === 1,
    async keep(scene) {
      const [reply] = scene.fixture.replies
      const twins = { ...scene.fixture, replies: reply ? [reply, reply] : [] }
      const { ask } = await stage(
        scene.adapter,
        twins,
        streamed((bytes) => frames(scene.framing, bytes)),
      )
      const one = await ask('stream')
      const other = await ask('stream')
      if (one.status >= 400) return
      const [first, second] = await readSideBySide(one, other)
      const { error, body } = readStream(first)
      const twin = readStream(second)
      assert.deepEqual(error, twin.error)
      assert.deepEqual(renumbered(body), renumbered(twin.body))
      if (error === undefined) assert.deepEqual(renumbered(body), renumbered(toldOf(scene)))
      const shared = freshIn(body).filter((id) => freshIn(twin.body).includes(id))
      assert.deepEqual(shared, [], 'Two replies share an id that the gateway made up.')
    },
  },
  {
    says: 'stops the upstream when the client leaves',
    applies: (scene) => hasStream(scene) && (scene.fixture.replies[0]?.status ?? 0) < 400,
    async keep(scene) {
      await leaveBeforeTheReply(scene)
      await leaveDuringTheReply(scene)
    },
  },
  {
    says: 'never lets the key into an error or a log',
    applies: (scene) => isChat(scene) && scene.fixture.replies.length > 0 && isError(toldOf(scene)),
    async keep(scene) {
      const secrets = await secretsOf(scene.adapter)
      const leaks = secrets.join(' and ')
      const provider = scene.fixture.replies.some(({ whole }) => whole !== undefined) ? whole : streamed(cutNowhere)
      const { ask, entries } = await stage(scene.adapter, scene.fixture, (reply, signal) =>
        provider(spoiled(scene.framing, reply, leaks), signal),
      )
      const error = errorOf(await told(await ask('stream')))
      assert.equal(error['code'], errorOf(toldOf(scene))['code'], 'The error is another one where its message is.')
      const failures = entries.map(({ failure }) => [failure, String(failure?.cause)])
      const seen = JSON.stringify([error, failures])
      for (const secret of secrets) assert.ok(!seen.includes(secret), 'The key of the provider shows.')
    },
  },
]

/** The most places where one stream is cut in two. */
const MOST_PLACES = 32

/** Places to cut at: all of them in a short stream, as many as that evenly spread in a longer one. */
function places(length: number): readonly number[] {
  const count = Math.min(length, MOST_PLACES)
  return Array.from({ length: count }, (_, index) => Math.ceil((index * length) / count))
}

function everyByte(bytes: Uint8Array): readonly Uint8Array[] {
  return Array.from(bytes, (byte) => Uint8Array.of(byte))
}

function inTwo(at: number): (bytes: Uint8Array) => readonly Uint8Array[] {
  return (bytes) => [bytes.subarray(0, at), bytes.subarray(at)]
}

async function streamIn({ adapter, fixture }: Scene, provider: Provider): Promise<Response> {
  return (await stage(adapter, fixture, provider)).ask('stream')
}

async function readSideBySide(...responses: readonly Response[]): Promise<readonly [string, string]> {
  const texts = responses.map(() => '')
  const readers = responses.map((response) => response.body?.pipeThrough(new TextDecoderStream()).getReader())
  for (let open = readers.length; open > 0;) {
    open = 0
    for (const [index, reader] of readers.entries()) {
      const piece = await reader?.read()
      texts[index] += piece?.value ?? ''
      if (piece?.done === false) open++
    }
  }
  return [texts[0] ?? '', texts[1] ?? '']
}

/** What is told with the ids the gateway made up numbered from the first one met: which they are differs from reply to reply. */
function renumbered(value: unknown): unknown {
  const ids = freshIn(value)
  return JSON.parse(JSON.stringify(value).replaceAll(FRESH, (id) => `fresh${ids.indexOf(id) + 1}`))
}

/** The ids the gateway made up, in the order in which they are met. */
function freshIn(value: unknown): readonly string[] {
  return [...new Set(JSON.stringify(value).match(FRESH))]
}

const FRESH = /fresh\d+/gu

/** The longest it may take, in milliseconds, until a provider learns that nobody listens. */
const PROMPT = 100

async function leaveBeforeTheReply({ adapter, fixture }: Scene): Promise<void> {
  const client = new AbortController()
  const called = Promise.withResolvers<AbortSignal | undefined>()
  const { ask, calls } = await stage(adapter, fixture, (_, signal) => {
    called.resolve(signal)
    return new Promise((_, reject) =>
      signal?.addEventListener('abort', () => reject(new Error('aborted')), { once: true }),
    )
  })
  const asking = ask('stream', { signal: client.signal })
  const signal = await Promise.race([called.promise, asking.then(() => undefined)])
  const count = calls.length
  client.abort()
  await assertAborted(signal)
  await asking.catch(() => {})
  assert.ok(
    calls.length <= Math.max(count, fixture.replies.length),
    'The provider was called again for a client that is gone.',
  )
}

async function leaveDuringTheReply({ adapter, fixture, framing }: Scene): Promise<void> {
  const client = new AbortController()
  const waiting = Promise.withResolvers<undefined>()
  let upstream: AbortSignal | undefined
  const { ask } = await stage(adapter, fixture, (reply, signal) => {
    upstream ??= signal
    const [first = new Uint8Array()] = frames(framing, reply.streamed ?? new Uint8Array())
    const pieces = [first].values()
    const pull = (controller: ReadableStreamDefaultController<Uint8Array>): void | Promise<void> => {
      const { value } = pieces.next()
      if (value) return controller.enqueue(value)
      waiting.resolve(undefined)
      return new Promise((_, reject) =>
        signal?.addEventListener('abort', () => reject(new Error('aborted')), { once: true }),
      )
    }
    return answer(reply, new ReadableStream({ pull }, { highWaterMark: 0 }))
  })
  const asking = ask('stream', { signal: client.signal })
  const response = await Promise.race([asking, waiting.promise])
  const reader = response?.body?.getReader()
  await reader?.read()
  if (reader) await reader.cancel()
  else client.abort()
  await assertAborted(upstream)
  await asking.catch(() => {})
}

async function assertAborted(signal: AbortSignal | undefined): Promise<void> {
  assert.ok(signal, 'The call cannot be aborted.')
  const started = performance.now()
  while (!signal.aborted && performance.now() - started < PROMPT) await new Promise((resolve) => setTimeout(resolve, 1))
  assert.ok(signal.aborted, `The call went on for ${PROMPT} ms after the client had left.`)
}

function errorOf(value: Json | undefined): JsonObject {
  const error = isObject(value) ? value['error'] : undefined
  return isObject(error) ? error : {}
}

/** The credentials an adapter adds to its calls. */
async function secretsOf(adapter: Adapter): Promise<readonly string[]> {
  const headers = new Headers()
  await adapter.authorize({ method: 'POST', url: new URL(adapter.baseURL), headers, body: '{}' })
  return [...headers].flatMap(([name, value]) => (isSecret(name) ? [value.replace(/^\w+\s+/u, '')] : []))
}
