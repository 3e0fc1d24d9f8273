/** An adapter that is a package of its own, beside the package that Dragoman is: both built, both installed. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { text } from 'node:stream/consumers'
import OpenAI from 'openai'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Fixture, readFixtures } from '../../src/contract.ts'
import { readJson } from '../../src/contract/fixture.ts'
import { isObject } from '../../src/wire/json.ts'
import { type LocalUpstream, openUpstream } from '../local-upstream.ts'

const root = join(import.meta.dirname, '../..')
const modules = join(root, 'node_modules')
const cases = readFixtures(join(import.meta.dirname, 'acme/fixtures'))
/** A project that has installed Dragoman, and Acme's adapter both as a package and as a folder. */
const project = mkdtempSync(join(tmpdir(), 'dragoman-project-'))
const packages = join(project, 'node_modules')
/** What runs other programs takes its time on a busy machine. */
const PATIENCE = { timeout: 120_000 }

let upstream: LocalUpstream

beforeAll(async () => {
  cpSync(join(import.meta.dirname, 'acme'), join(project, 'acme'), { recursive: true })
  const { dependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  for (const name of [...Object.keys(dependencies), '@types/node', 'undici-types']) link(name)
  run('tsc', '-p', join(root, 'src'), '--outDir', join(packages, 'dragoman/dist'))
  cpSync(join(root, 'package.json'), join(packages, 'dragoman/package.json'))
  upstream = await openUpstream((request, response) => {
    void text(request).then((said) => {
      const asked = said === '' ? undefined : JSON.parse(said)
      const played = request.headers['acme-key'] === 'acme-secret' ? answering(asked) : undefined
      const [reply] = played?.replies ?? []
      const isLive = asked?.live === true && reply?.streamed !== undefined
      response.writeHead(reply?.status ?? 404, { 'content-type': (isLive && reply.type) || 'application/json' })
      response.end(isLive ? reply.streamed : reply?.whole)
    })
  })
}, PATIENCE.timeout)

afterAll(async () => {
  await upstream.close()
  rmSync(project, { recursive: true, force: true })
})

/** Installs a package of this repository in the project. */
function link(name: string): void {
  mkdirSync(dirname(join(packages, name)), { recursive: true })
  symlinkSync(join(modules, name), join(packages, name))
}

function run(command: string, ...given: readonly string[]): { readonly status: number | null; readonly said: string } {
  const path = `${join(modules, '.bin')}:${process.env['PATH']}`
  const cwd = join(project, 'acme')
  const { status, stdout, stderr } = spawnSync(command, given, {
    cwd,
    encoding: 'utf8',
    env: { ...process.env, PATH: path, UPDATE: '' },
  })
  return { status, said: stdout + stderr }
}

/** The case whose request this is, so that Acme answers as its fixtures have it. */
function answering(asked: { readonly live?: boolean } | undefined): Fixture | undefined {
  const { live: _, ...wanted } = asked ?? {}
  return cases.find(({ folder }) => {
    const sent = readJson(join(folder, 'sent.json'))
    const body = isObject(sent) ? sent['body'] : undefined
    return asked ? JSON.stringify(body) === JSON.stringify(wanted) : body === undefined
  })
}

function asking(name: string): OpenAI.ChatCompletionCreateParamsNonStreaming {
  const asked = cases.find((one) => one.name === name)?.asked
  return { ...asked, model: 'acme-large' } as unknown as OpenAI.ChatCompletionCreateParamsNonStreaming
}

function told(name: string): unknown {
  return readJson(join(import.meta.dirname, 'acme/fixtures', name, 'told.json'))
}

test('the package builds against the published types', PATIENCE, () => {
  expect(run('tsc')).toEqual({ status: 0, said: '' })
  expect(run('node', '-e', "import('dragoman').then(({ Reply }) => process.exit(Reply ? 0 : 1))").status).toBe(0)
  const installed = join(packages, 'dragoman-acme')
  cpSync(join(project, 'acme/dist'), join(installed, 'dist'), { recursive: true })
  cpSync(join(project, 'acme/package.json'), join(installed, 'package.json'))
})

test('the package keeps the contract, in its own folder and with its own runner', PATIENCE, () => {
  const { status, said } = run('node', '--test', 'contract.ts')
  expect(said).toContain('acme/parallel-tool-calls: tells a streamed reply the same')
  expect({ status, said }).toMatchObject({ status: 0 })
})

describe.each([
  ['a path', './acme/index.ts'],
  ['the name of a package', 'dragoman-acme'],
])('an adapter that a configuration names by %s', (_, adapter) => {
  let served: Served
  let client: OpenAI

  beforeAll(async () => {
    served = await serve({ providers: { acme: { adapter, apiKey: '${SECRET}', baseURL: upstream.url } } })
    client = new OpenAI({ apiKey: '-', baseURL: `${served.url}/v1`, maxRetries: 0 })
  }, PATIENCE.timeout)
  afterAll(() => served.stop())

  test.each(['text', 'unicode', 'max-tokens', 'tool-call', 'parallel-tool-calls', 'tool-result'])(
    'is told as its own fixtures say: %s',
    async (name) => {
      const expected = told(name)
      const whole = await client.chat.completions.create(asking(name))
      expect(timeless(whole)).toEqual(timeless(expected))
      const streamed = await client.chat.completions.stream({ ...asking(name), stream: true }).finalChatCompletion()
      expect(gist(streamed)).toEqual(gist(expected))
    },
  )

  test('reports what the provider lacks', async () => {
    const { response } = await client.chat.completions.create(asking('knobs')).withResponse()
    expect(response.headers.get('x-dragoman-warnings')).toContain('seed=unsupported')
  })

  test('fails as OpenAI would, whether the adapter refuses or the provider', async () => {
    const foreign = { type: 'web_search' } as unknown as OpenAI.ChatCompletionTool
    const refused = client.chat.completions.create({ ...asking('text'), tools: [foreign] })
    await expect(refused).rejects.toMatchObject({ status: 400, param: 'tools[0].type' })
    const failed = client.chat.completions.create(asking('error-400'))
    await expect(failed).rejects.toMatchObject({ status: 400, code: 'context_length_exceeded', param: 'messages' })
  })

  test('lists its models', async () => {
    const { data } = await client.models.list()
    expect(data.map(({ id }) => id)).toEqual(['acme/acme-large', 'acme/acme-small'])
  })
})

test('an adapter that cannot be found stops the start, by name', PATIENCE, async () => {
  const start = serve({ providers: { acme: { adapter: 'dragoman-nobody', apiKey: 'k' } } })
  await expect(start).rejects.toThrow('the adapter "dragoman-nobody" cannot be loaded')
})

interface Served {
  readonly url: string
  stop(): Promise<void>
}

/** Serves a configuration file with the installed command. */
async function serve(config: object): Promise<Served> {
  writeFileSync(join(project, 'dragoman.config.json'), JSON.stringify(config))
  const child = spawn(process.execPath, ['node_modules/dragoman/dist/src/cli.js', '--port', '0', '--quiet'], {
    cwd: project,
    env: { PATH: process.env['PATH'], SECRET: 'acme-secret' },
  })
  const url = await address(child)
  return {
    url,
    async stop() {
      child.kill('SIGTERM')
      await once(child, 'exit')
    },
  }
}

function address(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = ''
    const hear = (piece: unknown): void => {
      said += String(piece)
      const url = /at (http:\S+)\/v1/u.exec(said)?.[1]
      if (url !== undefined) resolve(url)
    }
    child.stdout?.on('data', hear)
    child.stderr?.on('data', hear)
    child.once('exit', () => reject(new Error(said)))
  })
}

/** A completion without what time it was. */
function timeless(completion: unknown): unknown {
  return isObject(completion) ? { ...completion, created: 0 } : completion
}

/** What the SDK's own reader of streams keeps. */
function gist(completion: unknown): unknown {
  const { id, model, choices } = completion as OpenAI.ChatCompletion
  return {
    id,
    model,
    choices: choices.map(({ finish_reason, message: { content, tool_calls: calls = [] } }) => ({
      finish_reason,
      content,
      calls: calls.map((call) => call.type === 'function' && [call.id, call.function.name, call.function.arguments]),
    })),
  }
}
