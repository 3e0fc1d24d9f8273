import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createGateway } from '../src/index.ts'
import { type Served, serveGateway } from '../src/server.ts'

const root = join(import.meta.dirname, '..')
const readme = readFileSync(join(root, 'README.md'), 'utf8')
const blocks = [...readme.matchAll(/```(\w+)\n([\s\S]*?)```/gu)].map(([, language = '', code = '']) => ({
  language,
  code,
}))

let served: Served
let folder: string

beforeAll(async () => {
  served = await serveGateway(createGateway({ environment: {} }), { host: '127.0.0.1', port: 0, anyHost: false })
  const modules = join(root, 'node_modules')
  mkdirSync(modules, { recursive: true })
  // Inside the project, so that the examples find their packages.
  folder = mkdtempSync(join(modules, '.readme-'))
})

afterAll(async () => {
  rmSync(folder, { recursive: true, force: true })
  await served.stop(0)
})

/** Runs an example against the server of this test, and gives what it calls `name`. */
async function run(code: string, name: string): Promise<unknown> {
  const file = join(folder, `${crypto.randomUUID()}.ts`)
  const here = code
    .replaceAll('http://127.0.0.1:8787', served.url)
    .replace("'dragoman'", JSON.stringify(pathToFileURL(join(root, 'src/index.ts')).href))
  writeFileSync(file, `${here}\nexport const found = ${name}\n`)
  const module: { found: unknown } = await import(file)
  return module.found
}

describe('the README', () => {
  test('begins with an example that works', async () => {
    const first = blocks.find(({ language }) => language === 'ts')
    expect(await run(first?.code ?? '', 'reply')).toMatchObject({
      object: 'chat.completion',
      choices: [{ message: { content: expect.stringContaining('Hello!') } }],
    })
  })

  test('shows a call with curl that works', async () => {
    const curl = blocks.find(({ code }) => code.startsWith('curl'))?.code ?? ''
    const [, url = ''] = /curl (\S+)/u.exec(curl) ?? []
    const [, header = ''] = /-H '([^']+)'/u.exec(curl) ?? []
    const [, body = ''] = /-d '([^']+)'/u.exec(curl) ?? []
    const [name = '', value = ''] = header.split(': ')
    const response = await fetch(url.replace('http://127.0.0.1:8787', served.url), {
      method: 'POST',
      headers: { [name]: value },
      body,
    })
    expect(response.status).toBe(200)
  })

  test('shows a gateway in-process that works', async () => {
    const code = blocks.find((block) => block.code.includes('createGateway'))?.code ?? ''
    const own = code.replace('process.env.ANTHROPIC_API_KEY', "'-'")
    expect(await run(own, "(await gateway.fetch('http://gateway/health')).status")).toBe(200)
  })

  const packages = ['openai', '@openai/agents', '@langchain/openai', '@ai-sdk/openai-compatible']
  test.each(packages)('shows how to use it from %s, and that works', async (name) => {
    const [, section = ''] = readme.split('\n## Use it from\n')
    const code = blocks.find((block) => section.includes(block.code) && block.code.includes(`from '${name}'`))?.code
    expect(await run(code ?? '', 'text')).toContain('Hello!')
  })

  test('shows a conversation through the Responses API that works', async () => {
    const code = blocks.find((block) => block.code.includes('client.responses'))?.code ?? ''
    expect(await run(code, 'text')).toContain('And in French?')
  })

  test('names commands that exist', () => {
    const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
    const named = [...readme.matchAll(/npm run (\w+)/gu)].map(([, name]) => name)
    expect(named.filter((name) => !(String(name) in scripts))).toEqual([])
  })
})
