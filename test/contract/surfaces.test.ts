/** The shape of what a surface tells, once for all adapters: `events.json` as a stream and as a whole. */
import { readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import type { Json, ReplyEvent } from '../../src/canonical.ts'
import { readStream } from '../../src/contract/chunks.ts'
import { readJson } from '../../src/contract/fixture.ts'
import { golden, goldenText } from '../../src/contract/golden.ts'
import { fold } from '../../src/fold.ts'
import { chat } from '../../src/surfaces/chat/index.ts'
import { isObject } from '../../src/wire/json.ts'

const root = fileURLToPath(new URL('../../fixtures/surfaces/chat', import.meta.url))

describe('chat completions tell', () => {
  for (const name of readdirSync(root)) {
    const folder = `${root}/${name}`
    // Written by hand, and nothing else is read from there.
    const events = readJson(`${folder}/events.json`) as readonly ReplyEvent[]
    const asked = chat.parse(readJson(`${folder}/asked.json`), () => {})
    const render = asked.stream()
    const stream = events.map((event) => render(event)).join('')

    test(`${name} in a stream`, () => {
      expect(() => goldenText(`${folder}/told.sse`, stream)).not.toThrow()
    })

    test(`${name} as a whole, in which the stream ends up`, () => {
      const { completion, failure } = fold(events)
      const whole: Json = completion ? asked.body(completion) : failure ? chat.error(failure) : null
      expect(() => golden(`${folder}/told.json`, whole)).not.toThrow()
      const { body, error } = readStream(stream)
      // A stream tells usage only where it was asked for.
      const metered = isObject(whole) && !('usage' in body) ? { ...whole, usage: undefined } : whole
      expect(error === undefined ? body : { error }).toEqual(metered)
    })
  }
})
