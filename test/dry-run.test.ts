import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { anthropic } from '../adapters/anthropic.ts'
import { cohere } from '../adapters/cohere.ts'
import { openai } from '../adapters/openai.ts'
import { createGateway } from '../src/gateway.ts'

const root = join(import.meta.dirname, '..')
const user = { role: 'user', content: "It's me." }

describe('a dry run', () => {
  const calls: unknown[] = []
  const { fetch } = createGateway({
    providers: {
      anthropic: anthropic({ apiKey: 'sk-secret' }),
      cohere: cohere({ apiKey: 'sk-secret' }),
      openai: openai({ apiKey: 'sk-secret' }),
    },
    fetch: async (...call) => {
      calls.push(call)
      return Response.json({})
    },
  })
  const dryRun = async (
    body: object,
    path = 'chat/completions',
  ): Promise<{ status: number; text: string; shown: Record<string, unknown> }> => {
    const headers = { 'content-type': 'application/json', 'x-dragoman-dry-run': 'true' }
    const response = await fetch(`http://gateway/v1/${path}`, {
      method: 'POST',
      headers,
      body: JSON.stringify(body),
    })
    const text = await response.text()
    return { status: response.status, text, shown: JSON.parse(text) }
  }

  test('shows the exact call, without making it and without the key', async () => {
    const { shown, text } = await dryRun({ model: 'claude-opus-5', messages: [user], seed: 1, stream: true })
    expect(shown).toMatchObject({
      object: 'dragoman.dry_run',
      provider: 'anthropic',
      model: 'claude-opus-5',
      call: {
        method: 'POST',
        url: 'https://api.anthropic.com/v1/messages',
        headers: { 'x-api-key': '***', 'anthropic-version': '2023-06-01' },
        body: {
          model: 'claude-opus-5',
          stream: true,
          messages: [{ role: 'user', content: [{ type: 'text', text: "It's me." }] }],
        },
      },
      warnings: [{ param: 'seed', reason: 'unsupported' }],
    })
    expect(text).not.toContain('sk-secret')
    expect(calls).toEqual([])
  })

  test('gives a curl line that a shell reads back as the same call', async () => {
    const { shown } = await dryRun({ model: 'openai/gpt-5', messages: [user] })
    const line = String(shown['curl']).replace(/^curl/u, 'printf "%s\\n"')
    const words = await new Promise<string>((resolve, reject) => {
      execFile('sh', ['-c', line], (error, stdout) => (error ? reject(error) : resolve(stdout)))
    })
    const read = words.trimEnd().split('\n')
    expect(read).toContain('https://api.openai.com/v1/chat/completions')
    expect(read).toContain('authorization: Bearer ***')
    expect(JSON.parse(read.at(-1) ?? '')).toEqual({ model: 'gpt-5', messages: [user] })
  })

  test('says how many calls there would be', async () => {
    const { shown } = await dryRun({ model: 'claude-opus-5', messages: [user], n: 3 })
    expect(shown).toMatchObject({ calls: 3 })
  })

  test('of embeddings shows the first call, and how many there would be', async () => {
    const input = Array.from({ length: 97 }, (_, index) => `Text ${index}.`)
    const asked = { model: 'cohere/embed-v4.0', input, dimensions: 256, user: 'u' }
    const { shown, text } = await dryRun(asked, 'embeddings')
    expect(shown).toMatchObject({
      object: 'dragoman.dry_run',
      provider: 'cohere',
      model: 'embed-v4.0',
      calls: 2,
      call: {
        url: 'https://api.cohere.com/v2/embed',
        headers: { authorization: 'Bearer ***' },
        body: { texts: input.slice(0, 96), output_dimension: 256 },
      },
      warnings: [{ param: 'user', reason: 'unsupported' }],
    })
    expect(text).not.toContain('sk-secret')
    expect(calls).toEqual([])
  })

  test('of a request that would be refused is the refusal', async () => {
    const { status, shown } = await dryRun({ model: 'claude-opus-5', messages: [user], logprobs: true })
    expect(status).toBe(400)
    expect(shown).toMatchObject({ error: { param: 'logprobs' } })
  })
})

describe('the command line', () => {
  const dragoman = (args: readonly string[], input = ''): Promise<{ code: number; out: string; error: string }> =>
    new Promise((resolve) => {
      const child = execFile(
        process.execPath,
        [join(root, 'src/cli.ts'), ...args],
        { env: {} },
        (error, out, stderr) => {
          resolve({ code: typeof error?.code === 'number' ? error.code : 0, out, error: stderr })
        },
      )
      child.stdin?.end(input)
    })

  test('shows what a request becomes, with another model if one is named', async () => {
    const { out } = await dragoman(
      ['translate', '--model', 'anthropic/claude-opus-5'],
      JSON.stringify({ messages: [user] }),
    )
    expect(JSON.parse(out)).toMatchObject({ provider: 'anthropic', call: { body: { model: 'claude-opus-5' } } })
  })

  test('shows what a request for embeddings becomes', async () => {
    const { out } = await dragoman(
      ['translate'],
      JSON.stringify({ model: 'google/gemini-embedding-2', input: 'Hello.' }),
    )
    expect(JSON.parse(out)).toMatchObject({
      call: { body: { requests: [{ content: { parts: [{ text: 'Hello.' }] } }] } },
    })
  })

  test.each(['got.json', 'got.sse'])('shows the OpenAI reply that a captured %s becomes', async (name) => {
    const folder = join(root, 'fixtures/anthropic/parallel-tool-calls')
    const { out } = await dragoman(['translate', '--from', 'anthropic', join(folder, name)])
    const told = JSON.parse(readFileSync(join(folder, 'told.json'), 'utf8'))
    expect(JSON.parse(out)).toEqual({ ...told, created: expect.any(Number) })
  })

  test.each([
    [['translate', '--from', 'nobody'], 'no provider is called "nobody"'],
    [['translate'], 'the request is not JSON'],
    [['translate', 'no-such-file'], 'no-such-file'],
    [['dance'], 'there is no command "dance"'],
    [['serve', '--port', 'x'], '--port: x is not a port'],
    [['serve', '--host', '0.0.0.0'], 'set DRAGOMAN_API_KEYS, or allow it with --open'],
    [['serve', '--config', 'no-such-file.yaml'], 'no-such-file.yaml'],
    [['serve', '--nonsense'], 'nonsense'],
  ])('%j says what is wrong', async (args, expected) => {
    const { code, error } = await dragoman(args)
    expect(code).toBe(1)
    expect(error).toContain(expected)
    expect(error).not.toContain('    at ')
  })
})
