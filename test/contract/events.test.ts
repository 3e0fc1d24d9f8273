/** The judge of streamed responses: it must accept what is well-formed, and nothing that is only nearly so. */
import { AssertionError } from 'node:assert'
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import type { Json, JsonObject } from '../../src/canonical.ts'
import { readResponse } from '../../src/contract/events.ts'
import { isObject } from '../../src/wire/json.ts'

const root = fileURLToPath(new URL('../../fixtures/surfaces/responses', import.meta.url))
const cases = readdirSync(root).map((name) => ({
  name,
  events: parsed(readFileSync(`${root}/${name}/told.sse`, 'utf8')),
}))

describe.each(cases)('of the stream $name, the judge', ({ events }) => {
  test('accepts it as it is', () => {
    expect(() => readResponse(written(events))).not.toThrow()
  })

  test('misses every event that is not there', () => {
    expect(events.filter((_, index) => accepts(events.toSpliced(index, 1)))).toEqual([])
  })

  test('finds every event that is there twice', () => {
    expect(events.filter((event, index) => accepts(events.toSpliced(index, 0, event)))).toEqual([])
  })

  test('finds every event that belongs elsewhere', () => {
    const last = events.length - 1
    expect(events.filter((event, index) => index < last && accepts([...events.toSpliced(index, 1), event]))).toEqual([])
  })

  test('minds where and what each event is about', () => {
    const unnoticed = events.flatMap((event, index) =>
      Object.keys(event)
        .filter((name) => name !== 'sequence_number')
        .filter((name) => accepts(events.with(index, { ...event, [name]: spoiled(event[name]) })))
        .map((name) => `${event['type']}.${name}`),
    )
    expect(unnoticed).toEqual([])
  })
})

test('the judge wants events numbered without a gap, on two lines each, to the end', () => {
  const { events } = cases.find(({ name }) => name === 'text')!
  const text = written(events)
  for (const wrong of [
    text.replace('"sequence_number":3', '"sequence_number":4'),
    text.replace('event: response.completed\n', ''),
    text.replace('event: response.completed', 'event: response.incomplete'),
    text.slice(0, -1),
    `${text}data: [DONE]\n\n`,
  ])
    expect(() => readResponse(wrong)).toThrow(AssertionError)
})

function accepts(events: readonly JsonObject[]): boolean {
  try {
    readResponse(written(events))
    return true
  } catch {
    return false
  }
}

/** Another value of the same kind. */
function spoiled(value: Json | undefined): Json {
  if (typeof value === 'number') return value + 1
  if (Array.isArray(value)) return [...value, { token: 'x' }]
  if (isObject(value)) return { ...value, id: 'spoiled', type: 'spoiled', message: 'spoiled' }
  return 'spoiled'
}

function written(events: readonly JsonObject[]): string {
  return events
    .map((event, index) => `event: ${event['type']}\ndata: ${JSON.stringify({ ...event, sequence_number: index })}\n\n`)
    .join('')
}

function parsed(text: string): readonly JsonObject[] {
  return [...text.matchAll(/^data: (.*)$/gmu)].map(([, data = '']) => JSON.parse(data))
}
