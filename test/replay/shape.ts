/**
 * What OpenAI promises of every reply, whatever it says.
 *
 * @module
 */
import { z } from 'zod'
import type { Difference } from './compare.ts'
import { list, members } from './reading.ts'

const reason = z.enum(['stop', 'length', 'tool_calls', 'content_filter', 'function_call'])
const call = z.discriminatedUnion('type', [
  z.looseObject({
    id: z.string().min(1),
    type: z.literal('function'),
    function: z.object({ name: z.string().min(1), arguments: z.string() }),
  }),
  z.looseObject({
    id: z.string().min(1),
    type: z.literal('custom'),
    custom: z.object({ name: z.string().min(1), input: z.string() }),
  }),
])
const count = z.int().min(0)

const completion = z.looseObject({
  id: z.string().startsWith('chatcmpl-'),
  object: z.literal('chat.completion'),
  created: z.int().positive(),
  model: z.string().min(1),
  choices: z
    .array(
      z.looseObject({
        index: count,
        message: z.looseObject({
          role: z.literal('assistant'),
          content: z.string().nullable(),
          refusal: z.string().nullable(),
          tool_calls: z.array(call).min(1).optional(),
          annotations: z.array(z.looseObject({ type: z.literal('url_citation') })).optional(),
        }),
        logprobs: z.looseObject({ content: z.array(z.unknown()).nullable() }).nullable(),
        finish_reason: reason,
      }),
    )
    .min(1),
  usage: z
    .looseObject({ prompt_tokens: count, completion_tokens: count, total_tokens: count })
    .refine((usage) => usage.total_tokens === usage.prompt_tokens + usage.completion_tokens, 'is no sum')
    .optional(),
})

/** Where a whole reply is not what OpenAI promises. */
export function misshapen(told: unknown): readonly Difference[] {
  const parsed = completion.safeParse(told)
  if (parsed.success) return []
  return parsed.error.issues.map(({ path, message }) => ({
    path: path.join('.'),
    expected: "OpenAI's shape",
    actual: message,
  }))
}

/** Where the chunks of a stream are not what OpenAI promises: one head, one role and one ending for each choice, and the usage last. */
export function misordered(chunks: readonly unknown[]): readonly Difference[] {
  const found: Difference[] = []
  const expect = (holds: boolean, path: string, expected: string): void => {
    if (!holds) found.push({ path, expected, actual: 'otherwise' })
  }
  const heads = new Set(
    chunks.map(members).map(({ id, created, model, object }) => JSON.stringify([id, created, model, object])),
  )
  expect(heads.size === 1, 'chunks', 'the same id, created, model and object on every chunk')
  const roles: unknown[] = []
  const ended = new Set<unknown>()
  for (const [at, chunk] of chunks.map(members).entries()) {
    const choices = list(chunk['choices']).map(members)
    expect((choices.length === 0) === (chunk['usage'] != null), `chunks[${at}].usage`, 'usage on a chunk of its own')
    expect(choices.length > 0 || at === chunks.length - 1, `chunks[${at}]`, 'usage on the last chunk')
    for (const { index, delta, finish_reason } of choices) {
      const first = !roles.includes(index)
      expect(
        (members(delta)['role'] === 'assistant') === first,
        `chunks[${at}].choices[${String(index)}]`,
        'the role first and once',
      )
      if (first) roles.push(index)
      expect(!ended.has(index), `chunks[${at}].choices[${String(index)}]`, 'nothing after the ending')
      if (finish_reason != null) ended.add(index)
    }
  }
  expect(ended.size === roles.length, 'chunks', 'an ending for every choice')
  return found
}
