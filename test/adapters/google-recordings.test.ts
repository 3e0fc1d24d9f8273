import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { generateRequest } from '../../adapters/google/strict.ts'
import { PLACEHOLDER } from '../../adapters/google/model-turn.ts'
import type { Block, Message } from '../../src/canonical.ts'
import { encoded, G3, told, unfolded } from './google-rig.ts'

// Recorded traffic is not part of the project. Where it is at hand, `RECORDINGS` says where.
const root = process.env['RECORDINGS'] ?? '../shared/recordings'
const folders = ['google', 'google-vertex'].map((name) => `${root}/${name}`).filter((folder) => existsSync(folder))

interface Recording {
  readonly name: string
  readonly protocol: string
  readonly operation: string
  readonly request: { readonly body: unknown } | null
  readonly response: { readonly status: number; readonly kind: string; readonly body: string | object }
}

const read = (file: string): Recording => JSON.parse(readFileSync(file, 'utf8'))
const replies = folders
  .flatMap((folder) => readdirSync(folder).map((name) => `${folder}/${name}`))
  .filter((file) => file.endsWith('.json'))
  .map(read)
  .filter(
    ({ protocol, operation, response }) => protocol === 'gemini' && operation === 'chat' && response.status === 200,
  )

const frames = ({ response: { kind, body } }: Recording): Iterable<unknown> => {
  if (kind !== 'sse') return unfolded(typeof body === 'string' ? JSON.parse(body) : body)
  const lines = String(body).split(/\r?\n/u)
  return lines.filter((line) => line.startsWith('data:')).map((line) => JSON.parse(line.slice(5)))
}

/** What a native part means. Text in pieces is one text; arguments that are absent are none; ids were made up where there were none. */
function essence(parts: readonly Record<string, unknown>[]): unknown[] {
  return parts.map(({ functionCall, ...part }) => {
    if (!functionCall) return part
    if (part['thoughtSignature'] === PLACEHOLDER) delete part['thoughtSignature']
    const { id: _, args = {}, ...call } = functionCall as { id?: string; args?: unknown }
    return { functionCall: { ...call, args }, ...part }
  })
}

describe.skipIf(replies.length === 0)('recorded traffic (set RECORDINGS to where it is)', () => {
  test.for(replies.filter(({ request }) => request?.body))(
    '$name: the strict schema accepts what the provider accepted',
    ({ request }) => {
      expect(generateRequest.safeParse(request?.body).error).toBeUndefined()
    },
  )

  test.for(replies)('$name: is told to the end', (recording) => {
    const { completion, failure, reply } = told(frames(recording))
    expect(failure).toBeUndefined()
    expect(completion?.choices[0]?.blocks).toBeTruthy()
    expect(reply.warnings.filter(([param]) => param !== 'finish_reason')).toEqual([])
  })

  const whole = replies.filter(({ response }) => response.kind === 'json' && !Array.isArray(response.body))
  test.for(whole)('$name: goes back as it came', ({ response }) => {
    const body = typeof response.body === 'string' ? JSON.parse(response.body) : response.body
    const blocks = told(unfolded(body)).blocks()
    const results = blocks.flatMap((block): Message[] =>
      block.type === 'tool' ? [{ role: 'tool', id: block.id, content: 'ok' }] : [],
    )
    const said = blocks.map((block): Block => (block.type === 'refusal' ? { type: 'text', text: '' } : block))
    const history: Message[] = [
      { role: 'user', content: 'a' },
      { role: 'assistant', blocks: said },
      ...results,
      { role: 'user', content: 'b' },
    ]
    const { contents } = encoded({ model: G3, stream: true, messages: history }).body
    // Thoughts without a signature, and empty texts without one, are not sent back; neighbouring texts are one.
    const expected = merged((body.candidates?.[0]?.content?.parts ?? []).filter(isKept))
    expect(contents[1]?.role === 'model' ? essence(contents[1].parts) : []).toEqual(essence(expected))
  })
})

function isKept({ text, thought, thoughtSignature, inlineData }: Record<string, unknown>): boolean {
  if (thought) return thoughtSignature !== undefined && text !== undefined
  if (String(mimeOf(inlineData)).startsWith('audio/')) return false
  return text !== '' || thoughtSignature !== undefined
}

function mimeOf(inlineData: unknown): unknown {
  return typeof inlineData === 'object' && inlineData !== null && 'mimeType' in inlineData && inlineData.mimeType
}

function merged(parts: readonly Record<string, unknown>[]): Record<string, unknown>[] {
  const all: Record<string, unknown>[] = []
  for (const part of parts) {
    const last = all.at(-1)
    const joins =
      last && isPlain(last) && isText(part) && (part['text'] !== '' || part['thoughtSignature'] === undefined)
    if (joins) all[all.length - 1] = { ...part, text: String(last['text']) + String(part['text']) }
    else all.push(part)
  }
  return all
}

function isText({ text, thought }: Record<string, unknown>): boolean {
  return text !== undefined && !thought
}

function isPlain(part: Record<string, unknown>): boolean {
  return isText(part) && part['thoughtSignature'] === undefined
}
