/** The shape of what a surface tells, once for all adapters: `events.json` as a stream and as a whole. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import OpenAI from 'openai'
import { describe, expect, test } from 'vitest'
import type { Json, ReplyEvent } from '../../src/canonical.ts'
import { readStream } from '../../src/contract/chunks.ts'
import { assertResponse, readResponse } from '../../src/contract/events.ts'
import { readJson } from '../../src/contract/fixture.ts'
import { golden, goldenText } from '../../src/contract/golden.ts'
import { fold } from '../../src/fold.ts'
import { chat } from '../../src/surfaces/chat/index.ts'
import { responses } from '../../src/surfaces/responses/index.ts'
import type { Asked } from '../../src/surfaces/surface.ts'
import { isObject } from '../../src/wire/json.ts'
import { renderer } from '../surfaces/renderer.ts'
import { session } from '../surfaces/session.ts'

const root = fileURLToPath(new URL('../../fixtures/surfaces', import.meta.url))

/** A reply, and the stream it is told as. A case that says nothing of it is about the one that chat completions tell. */
function told(surface: string, name: string, asked: Asked): { events: readonly ReplyEvent[]; stream: string } {
  const own = `${root}/${surface}/${name}/events.json`
  // Written by hand, and nothing else is read from there.
  const events = readJson(existsSync(own) ? own : `${root}/chat/${name}/events.json`) as readonly ReplyEvent[]
  return { events, stream: events.map(renderer(asked)).join('') }
}

describe('chat completions tell', () => {
  for (const name of readdirSync(`${root}/chat`)) {
    const folder = `${root}/chat/${name}`
    const asked = chat.parse(readJson(`${folder}/asked.json`), () => {})
    const { events, stream } = told('chat', name, asked)

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

describe('responses tell', () => {
  for (const name of readdirSync(`${root}/responses`)) {
    const folder = `${root}/responses/${name}`
    const parse = (): Promise<Asked> => responses.parse(readJson(`${folder}/asked.json`), refuse, session())

    test(`${name} in a stream`, async () => {
      const { stream } = told('responses', name, await parse())
      expect(() => goldenText(`${folder}/told.sse`, stream)).not.toThrow()
    })

    test(`${name} as a whole, in which the stream ends up`, async () => {
      const asked = await parse()
      const { events, stream } = told('responses', name, asked)
      const { completion, failure } = fold(events)
      const whole: Json = completion ? asked.body(completion) : failure ? responses.error(failure) : null
      expect(() => golden(`${folder}/told.json`, whole)).not.toThrow()
      const { response, error } = readResponse(stream)
      if (completion && isObject(whole)) assertResponse(whole)
      expect(error === undefined ? response : { error }).toEqual(whole)
    })
  }
})

/** OpenAI's own client, which is told what the goldens say. */
function clientOf(folder: string): OpenAI {
  const answer = (name: string, type: string): Response =>
    new Response(readFileSync(`${folder}/${name}`), { headers: { 'content-type': type } })
  return new OpenAI({
    apiKey: '-',
    baseURL: 'http://gateway/v1',
    async fetch(_, init) {
      const { stream } = JSON.parse(String(init?.body))
      return stream ? answer('told.sse', 'text/event-stream') : answer('told.json', 'application/json')
    },
  })
}

describe('OpenAI’s client', () => {
  const cases = readdirSync(`${root}/responses`)
  const failing = cases.filter((name) => name.startsWith('error'))
  const asked = { model: 'some-model', input: 'Hi.' }

  for (const name of cases.filter((each) => !failing.includes(each))) {
    const folder = `${root}/responses/${name}`
    const client = clientOf(folder)
    const whole = (): object => plain(readJson(`${folder}/told.json`))

    test(`folds ${name} into what it is told as a whole`, async () => {
      const stream = client.responses.stream(asked)
      const seen: string[] = []
      stream.on('event', ({ type }) => seen.push(type))
      // Its helper adds what it parsed.
      expect(plain(await stream.finalResponse())).toMatchObject(whole())
      expect(seen.at(-1)).toMatch(/^response\.(?:completed|incomplete)$/u)
    })

    test(`reads ${name} as a whole`, async () => {
      const response = await client.responses.create(asked)
      expect(response).toMatchObject(whole())
      expect(response.output_text).toBe(response.output.flatMap(textOf).join(''))
    })
  }

  test.each(failing)('throws on %s', async (name) => {
    const folder = `${root}/responses/${name}`
    const thrown = clientOf(folder).responses.stream(asked).finalResponse()
    await expect(thrown).rejects.toMatchObject(plain(readJson(`${folder}/told.json`)))
  })
})

function plain(value: unknown): object {
  return JSON.parse(JSON.stringify(value))
}

function textOf(item: OpenAI.Responses.ResponseOutputItem): readonly string[] {
  return item.type === 'message' ? item.content.flatMap((part) => ('text' in part ? [part.text] : [])) : []
}

function refuse(param: string, reason: string): void {
  throw new Error(`${param}: ${reason}`)
}
