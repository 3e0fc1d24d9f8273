import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { openai } from '../../adapters/openai.ts'
import { chatRequest } from '../../adapters/openai/strict.ts'
import type { Json } from '../../src/canonical.ts'
import { Fold } from '../../src/fold.ts'
import { Reply } from '../../src/reply.ts'
import { chat as surface } from '../../src/surfaces/chat/index.ts'
import { splitter } from '../../src/wire/framing.ts'
import { stringify } from '../../src/wire/json.ts'

interface Recording {
  readonly protocol: string
  readonly request: { readonly body: Record<string, unknown> } | null
  readonly response: {
    readonly status: number
    readonly kind: string
    readonly body: unknown
    readonly headers: Record<string, string>
  }
}

interface Said {
  readonly choices: readonly {
    readonly message: { readonly content: unknown; readonly tool_calls?: unknown[]; readonly function_call?: object }
    readonly finish_reason: string
  }[]
  readonly usage: object
}

const folder = join(process.env['RECORDINGS'] ?? '../shared/recordings', 'openai')
const present = existsSync(folder)
const recordings = (present ? readdirSync(folder) : [])
  .map((name): [string, Recording] => [name, JSON.parse(readFileSync(join(folder, name), 'utf8'))])
  .filter(([, { protocol }]) => protocol === 'openai-chat')
const replies = recordings.filter(([, { response }]) => response.status === 200)
const failures = recordings.filter(([, { response }]) => response.status >= 400)
const requests = replies.filter(([, { request }]) => request)

const adapter = openai({ apiKey: 'test' })
const codec = adapter.chat!

function told({ response }: Recording): { fold: Fold; unread: string[] } {
  const fold = new Fold()
  const unread: string[] = []
  const reply = new Reply({
    write: (event) => fold.write(event),
    now: () => 0,
    newId: (prefix) => `${prefix}1`,
    origin: { format: codec.format },
    model: 'asked',
  })
  const read = (text: string): void => {
    const frame = codec.frame.safeParse(JSON.parse(text))
    if (frame.success) codec.decode(frame.data, reply)
    else unread.push(text)
  }
  if (response.kind === 'sse') {
    const frames = splitter(codec.framing, { frame: read, done: () => reply.end() })
    frames.feed(new TextEncoder().encode(String(response.body)))
    frames.end()
  } else {
    const body = codec.body.safeParse(response.body)
    if (!body.success) unread.push(JSON.stringify(response.body))
    else for (const frame of codec.frames(body.data)) codec.decode(frame, reply)
    reply.end()
  }
  return { fold, unread }
}

/** A recorded body up to what the law allows: `null` ≡ absent, older names ≡ newer ones, one text part ≡ a string, a stop ≡ a list. */
function normal(body: Record<string, unknown>): unknown {
  const { max_tokens, functions, function_call, stream_options: _, stop, stream, ...rest } = body
  const messages = (rest['messages'] as Record<string, unknown>[]).map(({ annotations: _, ...message }) => message)
  return bare({
    ...rest,
    messages,
    ...(max_tokens != null && { max_completion_tokens: max_tokens }),
    ...(functions != null && {
      tools: (functions as object[]).map((definition) => ({ type: 'function', function: definition })),
      parallel_tool_calls: false,
    }),
    ...(function_call != null && {
      tool_choice: typeof function_call === 'string' ? function_call : { type: 'function', function: function_call },
    }),
    ...(stop != null && { stop: [stop].flat() }),
    ...(stream === true && { stream, stream_options: { include_usage: true } }),
  })
}

function bare(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(bare)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, member]) => (member === null ? [] : [[key, bare(member)]])),
  )
}

describe.skipIf(!present)('what OpenAI was asked and replied', () => {
  test(`is recorded in ${folder}; without it, this is skipped`, () => {
    expect(replies.length).toBeGreaterThan(0)
  })

  test.each(replies)('%s: every frame is known, and the reply complete', (_, recording) => {
    const { fold, unread } = told(recording)
    expect(unread).toEqual([])
    expect(fold.failure).toBeUndefined()
    expect(fold.completion?.choices.length).toBeGreaterThan(0)
  })

  test.each(replies.filter(([, { response }]) => response.kind === 'json'))(
    '%s: the whole reply is told as it was',
    (_, recording) => {
      const said = recording.response.body as Said
      const asked = surface.parse({ model: 'm', messages: [{ role: 'user', content: 'x' }] }, () => {})
      const body = asked.body(told(recording).fold.completion!)
      expect(body).toMatchObject({
        usage: said.usage,
        choices: said.choices.map(
          ({ message: { content, function_call: call, tool_calls }, finish_reason: reason }) => ({
            message: {
              content,
              ...(call ? { tool_calls: [{ type: 'function', function: call }] } : tool_calls && { tool_calls }),
            },
            finish_reason: reason === 'function_call' ? 'tool_calls' : reason,
          }),
        ),
      })
    },
  )

  test.each(requests)('%s: a request that was accepted satisfies the strict schema', (_, { request }) => {
    expect(chatRequest.safeParse(request!.body).error).toBeUndefined()
  })

  test.each(requests)('%s: a request in OpenAI’s words is sent in the same words', (_, { request }) => {
    const warnings: string[] = []
    const asked = surface.parse(request!.body, (param) => warnings.push(param))
    const { body } = codec.encode(asked.request, (param) => warnings.push(param))
    expect(bare(JSON.parse(stringify(body as Json)))).toEqual(normal(request!.body))
    expect(warnings).toEqual([])
  })

  test.each(failures)('%s: an error is explained in its own words', (_, { response }) => {
    const { error } = response.body as { error: object }
    const failure = adapter.failure!(response.status, response.body, new Headers(response.headers))
    expect(failure).toEqual({ status: response.status, ...error })
  })
})
