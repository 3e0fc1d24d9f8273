import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { messagesRequest } from '../../adapters/anthropic/strict.ts'
import type { Block, Message } from '../../src/canonical.ts'
import { encoded, told, unfolded } from './anthropic-rig.ts'

// Recorded traffic is not part of the project. Where it is at hand, `RECORDINGS` says where.
const folder = `${process.env['RECORDINGS'] ?? '../shared/recordings'}/anthropic`
const names = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.json')) : []

interface Recording {
  readonly name: string
  readonly operation: string
  readonly request: { readonly body: unknown } | null
  readonly response: { readonly status: number; readonly kind: string; readonly body: string | object }
}

const read = (name: string): Recording => JSON.parse(readFileSync(`${folder}/${name}`, 'utf8'))
const replies = names.map(read).filter(({ operation, response }) => operation === 'chat' && response.status === 200)

const frames = ({ response: { kind, body } }: Recording): Iterable<unknown> => {
  if (kind !== 'sse') return unfolded(typeof body === 'string' ? JSON.parse(body) : body)
  const lines = String(body).split(/\r?\n/u)
  return lines.filter((line) => line.startsWith('data:')).map((line) => JSON.parse(line.slice(5)))
}

/** A native block without what is not sent back: sources of text, and what the provider fills in by itself. */
const essence = ({ citations: _, caller: __, ...block }: Record<string, unknown>): unknown => block

describe.skipIf(replies.length === 0)('recorded traffic (set RECORDINGS to where it is)', () => {
  test.for(replies.filter(({ request }) => request))(
    '$name: the strict schema accepts what the provider accepted',
    ({ request }) => {
      expect(messagesRequest.safeParse(request?.body).error).toBeUndefined()
    },
  )

  test.for(replies)('$name: is told to the end', (recording) => {
    const { completion, failure, reply } = told(frames(recording))
    expect(failure).toBeUndefined()
    expect(reply.paused || completion?.choices[0]?.blocks).toBeTruthy()
    expect(reply.warnings).toEqual([])
  })

  const whole = replies.filter(({ response }) => response.kind === 'json')
  test.for(whole)('$name: goes back as it came', ({ response }) => {
    const body = typeof response.body === 'string' ? JSON.parse(response.body) : response.body
    const blocks = told(unfolded(body)).blocks()
    const results = blocks.flatMap((block): Message[] =>
      block.type === 'tool' ? [{ role: 'tool', id: block.id, content: 'ok' }] : [],
    )
    const history: Message[] = [
      { role: 'user', content: 'a' },
      { role: 'assistant', blocks: blocks.map(mine) },
      ...results,
      { role: 'user', content: 'b' },
    ]
    const sent = encoded({ model: 'claude-opus-5', stream: true, messages: history }).body.messages
    const expected = body.content.filter(
      ({ type, text }: { type: string; text?: string }) => type !== 'text' || text?.trim(),
    )
    expect(sent[1]?.role === 'assistant' ? sent[1].content.map(essence) : []).toEqual(expected.map(essence))
  })
})

/** A block whose origin is the model that is asked again. */
function mine(block: Block): Block {
  return 'origin' in block && block.origin ? { ...block, origin: { ...block.origin, model: 'claude-opus-5' } } : block
}
