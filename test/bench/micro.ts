/**
 * What each adapter costs by itself: no network, no server, one thing at a time.
 *
 * @module
 */
import { join } from 'node:path'
import { type ChatCodec, codecFor } from '../../src/adapter.ts'
import type { ReplyEvent } from '../../src/canonical.ts'
import { readFixture } from '../../src/contract/fixture.ts'
import { translate } from '../../src/exchange.ts'
import { Fold } from '../../src/fold.ts'
import { Reply } from '../../src/reply.ts'
import type { Target } from '../../src/router.ts'
import { chat } from '../../src/surfaces/chat/index.ts'
import { splitter } from '../../src/wire/framing.ts'
import { parseJson, stringify } from '../../src/wire/json.ts'
import { type Subject, subjects } from '../contract/subjects.ts'
import { renderer } from '../surfaces/renderer.ts'
import { chatCompletion } from './conversation.ts'
import { fixed, table } from './report.ts'
import { median } from './results.ts'

/** How thorough to be: milliseconds to run each thing before it is measured, and in each round. */
export interface MicroEffort {
  readonly rounds: number
  readonly warm: number
  readonly milliseconds: number
}

/** Measures every adapter and tells it as a table. */
export function micro({ rounds, warm, milliseconds }: MicroEffort): string {
  const benches = subjects.map(benchesOf)
  const tasks = benches.flatMap(({ tasks }) => Object.values(tasks))
  for (const task of tasks) warmUp(task, warm, milliseconds)
  for (let round = 0; round < rounds; round++) {
    for (const task of tasks) task.samples.push(time(task))
  }
  const cost = ({ samples, share }: Task): string => fixed(median(samples) / share)
  const rows = benches.map(({ name, tasks }) => [
    name,
    cost(tasks.parse),
    cost(tasks.encode),
    cost(tasks.decode),
    cost(tasks.render),
    cost(tasks.whole),
  ])
  const heads = ['ns', 'parse a request', 'encode it', 'decode a frame', 'render an event', 'a whole reply']
  return table(heads, rows)
}

interface Task {
  readonly run: () => unknown
  /** How many things of its kind one run does. */
  readonly share: number
  readonly samples: number[]
  /** Runs in one measurement. */
  count: number
}

interface Bench {
  readonly name: string
  readonly tasks: Readonly<Record<'parse' | 'encode' | 'decode' | 'render' | 'whole', Task>>
}

function benchesOf({ adapter, folder, inherits }: Subject): Bench {
  const { facts, replies } = textCase(folder, inherits?.folder)
  const { model: name = '' } = facts
  const model = name.slice(name.indexOf('/') + 1)
  const target: Target = { provider: adapter.name, adapter, model }
  const codec = codecFor(adapter, model)
  const [reply] = replies
  if (!codec || !reply?.streamed || reply.whole === undefined) throw new Error(`${adapter.name} has no text to read.`)
  const { streamed, whole } = reply
  const { body } = chatCompletion(name, 1000, true)
  const asked = chat.parse(JSON.parse(body), ignore)
  const events: ReplyEvent[] = []
  const frames = decodeStream(codec, model, streamed, (event) => events.push(event))
  return {
    name: adapter.name,
    tasks: {
      parse: task(() => chat.parse(JSON.parse(body), ignore)),
      encode: task(() => stringify(translate(asked.request, target, codec, ignore).body ?? null)),
      decode: task(() => decodeStream(codec, model, streamed, ignore), frames),
      render: task(() => {
        return events.map(renderer(asked)).join('')
      }, events.length),
      whole: task(() => {
        const fold = decodeWhole(codec, model, whole)
        if (!fold.completion) throw new Error(`${adapter.name} cannot read its own text.`)
        return JSON.stringify(asked.body(fold.completion))
      }),
    },
  }
}

/** The plainest case, which every provider has; a dialect that does not differ there has its parent's. */
function textCase(folder: string, parent: string | undefined): ReturnType<typeof readFixture> {
  try {
    return readFixture(join(folder, 'text'))
  } catch (error) {
    if (parent === undefined) throw error
    return readFixture(join(parent, 'text'))
  }
}

function decodeStream(
  codec: ChatCodec,
  model: string,
  bytes: Uint8Array,
  write: (event: ReplyEvent) => unknown,
): number {
  const reply = penFor(codec, model, write)
  let frames = 0
  const cut = splitter(codec.framing, {
    frame(text) {
      frames++
      const frame = codec.frame.safeParse(parseJson(text))
      if (frame.success) codec.decode(frame.data, reply)
    },
    done: () => reply.end(),
  })
  cut.feed(bytes)
  cut.end()
  reply.end(false)
  return frames
}

function decodeWhole(codec: ChatCodec, model: string, text: string): Fold {
  const fold = new Fold()
  const reply = penFor(codec, model, (event) => fold.write(event))
  const body = codec.body.safeParse(parseJson(text))
  if (body.success) for (const frame of codec.frames(body.data)) codec.decode(frame, reply)
  reply.end()
  return fold
}

function penFor({ format }: ChatCodec, model: string, write: (event: ReplyEvent) => unknown): Reply {
  return new Reply({ write, now: () => 0, newId: (prefix) => `${prefix}bench`, origin: { format, model }, model })
}

function task(run: () => unknown, share = 1): Task {
  return { run, share, samples: [], count: 1 }
}

/** Runs a task until it is compiled, and finds out how often it can be run in a measurement. */
function warmUp(task: Task, warm: number, milliseconds: number): void {
  const started = performance.now()
  let runs = 0
  while (performance.now() - started < warm) {
    task.run()
    runs++
  }
  task.count = Math.max(1, Math.round((runs * milliseconds) / warm))
}

/** Nanoseconds of one run. */
function time({ run, count }: Task): number {
  const started = performance.now()
  for (let index = 0; index < count; index++) run()
  return ((performance.now() - started) * 1e6) / count
}

function ignore(): void {}
