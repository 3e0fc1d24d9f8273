/**
 * Who is measured: Dragoman as its users start it, and those it is held against.
 *
 * @module
 */
import { type ChildProcess, spawnSync } from 'node:child_process'
import { closeSync, openSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { chatCompletion, nativeMessage, type Post } from './conversation.ts'
import { listener, start, stop } from './process.ts'
import type { Running } from './rig.ts'
import { MODELS, type Protocol, type Scenario } from './scenarios.ts'

/** Somebody who can be started afresh. */
export interface Contestant {
  readonly name: string
  /** Starts a process in front of an upstream. Resolves when it listens. */
  start(upstream: number, port: number): Promise<Running>
}

const root = join(import.meta.dirname, '../..')

/** The name of the yardstick. */
export const YARDSTICK = 'pass-through'
/** The name of what it is all about. */
export const SUBJECT = 'dragoman'

const KEY = 'sk-bench-client'
/** Milliseconds for a process to begin to answer. */
const PATIENCE = 20_000

/** Dragoman with client keys, a log, and everything else that is on where a user says nothing. */
export function dragoman(folder: string, options: DragomanOptions = {}): Contestant {
  const { sources = false, flags = [], protocol = 'anthropic' } = options
  const name = sources ? `${SUBJECT} (sources)` : SUBJECT
  if (!sources) built()
  return {
    name,
    async start(upstream, port) {
      const file = writeConfiguration(folder, upstream)
      const log = openSync(join(folder, 'dragoman.log'), 'w')
      const script = join(root, sources ? 'src/cli.ts' : 'dist/src/cli.js')
      const command = [process.execPath, ...flags, script, '--config', file, '--port', String(port)] as const
      const child = start('measured', command, { stdio: ['ignore', 'ignore', log] })
      closeSync(log)
      await listening(child, port)
      return { ...asking(protocol), name, pid: child.pid, port, stop: () => stop(child) }
    },
  }
}

/** How Dragoman is started, where not as usual. */
export interface DragomanOptions {
  /** From its sources, rather than as `npm start` has it. */
  readonly sources?: boolean
  /** Flags for Node. */
  readonly flags?: readonly string[]
  /** Whose protocol it is to speak. */
  readonly protocol?: Protocol
}

/** The same process of Dragoman, asked for another provider's models. */
export function speaking(running: Running, protocol: Protocol): Running {
  return { ...running, ...asking(protocol), name: protocol }
}

/** The yardstick. */
export const passThrough: Contestant = {
  name: YARDSTICK,
  async start(upstream, port) {
    const script = join(import.meta.dirname, 'pass-through.ts')
    const command = [process.execPath, script, String(port), `http://127.0.0.1:${upstream}`] as const
    const child = start('measured', command, { stdio: ['ignore', 'ignore', 'inherit'] })
    await listening(child, port)
    return { post: native, name: YARDSTICK, pid: child.pid, port, stop: () => stop(child) }
  },
}

/** Nobody in between: what is left is the price of the benchmark itself. */
export function direct(upstream: number): Running {
  return { post: native, name: 'direct', pid: undefined, port: upstream, stop: async () => {} }
}

/** A gateway that is already running on this machine. */
export function external(name: string, url: URL, { model = 'claude-haiku-4-5', headers = {} }: Outside): Running {
  const port = Number(url.port)
  return {
    name,
    port,
    pid: listener(port),
    post({ bytes, stream }) {
      const { body } = chatCompletion(model, bytes, stream)
      return { path: `${url.pathname.replace(/\/+$/u, '')}/v1/chat/completions`, headers, body }
    },
    stop: async () => {},
  }
}

/** How a gateway that we did not start wants to be asked. */
export interface Outside {
  readonly model?: string | undefined
  readonly headers?: Readonly<Record<string, string>> | undefined
}

/** What is passed on as it is has to be in the provider's words. */
export function native({ bytes, stream }: Scenario): Post {
  return nativeMessage('claude-haiku-4-5', bytes, stream)
}

/** A port of this machine that nobody listens on. */
export async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  await new Promise<void>((resolve) => server.close(() => resolve()))
  if (typeof address !== 'object' || !address) throw new Error('A server on a port has an address.')
  return address.port
}

/** Resolves when a process answers on a port. One that never does is ended. */
export async function listening(child: ChildProcess, port: number): Promise<void> {
  const until = performance.now() + PATIENCE
  while (performance.now() < until && child.exitCode === null) {
    try {
      await (await fetch(`http://127.0.0.1:${port}/`)).arrayBuffer()
      return
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 5))
    }
  }
  await stop(child)
  throw new Error(`${child.spawnargs.join(' ')} does not answer on port ${port}.`)
}

/** Builds what is stale, as `npm start` does. */
export function built(): void {
  const { status } = spawnSync(process.execPath, [join(root, '.ci/build.ts'), '--stale'], { stdio: 'inherit' })
  if (status !== 0) throw new Error('The sources cannot be built.')
}

/** How Dragoman is asked for a provider's models. */
export function asking(protocol: Protocol): Pick<Running, 'post'> {
  return {
    post({ bytes, stream }) {
      const post = chatCompletion(MODELS[protocol], bytes, stream)
      return { ...post, headers: { authorization: `Bearer ${KEY}` } }
    },
  }
}

/** Writes Dragoman's configuration into a folder, and says where. */
export function writeConfiguration(folder: string, upstream: number): string {
  const file = join(folder, 'dragoman.config.json')
  writeFileSync(file, JSON.stringify(configuration(upstream)))
  return file
}

function configuration(upstream: number): object {
  const baseURL = `http://127.0.0.1:${upstream}`
  const provider = { apiKey: 'sk-bench-provider', baseURL }
  return {
    providers: {
      anthropic: provider,
      google: provider,
      openai: { ...provider, baseURL: `${baseURL}/v1` },
      // With a key pair every request is signed, which is the dearer way.
      bedrock: { region: 'us-east-1', accessKeyId: 'AKIABENCH', secretAccessKey: 'secret', baseURL },
    },
    keys: [KEY],
  }
}
