/** What a reply costs, told wherever it is told. */
import { afterEach, beforeEach, expect, test } from 'vitest'
import { error, rig, type Scripted, scripted } from './rig.ts'

let a: Scripted

beforeEach(async () => {
  a = await scripted('from a')
})

afterEach(() => a.close())

// 1,000 tokens in at $3, 100 out at $15 for a million.
const priced = { prices: { 'a/m': { input: 3, output: 15 } } }

test('is told in a header and with the usage of a whole reply, and in the log', async () => {
  const { ask, log } = rig({ a }, priced)
  const { headers, text } = await ask()
  expect(headers.get('x-model-router-cost')).toBe('0.0045')
  expect(JSON.parse(text).usage.cost).toBe(0.0045)
  expect(log[0]?.usage?.cost).toBe(0.0045)
})

test('is told with the usage of a stream', async () => {
  a.script((response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    const chunk = { id: 'c', model: 'm', choices: [{ index: 0, delta: { content: 'x' }, finish_reason: 'stop' }] }
    const usage = { prompt_tokens: 1000, completion_tokens: 100, total_tokens: 1100 }
    response.end(
      `data: ${JSON.stringify(chunk)}\n\ndata: ${JSON.stringify({ ...chunk, choices: [], usage })}\n\ndata: [DONE]\n\n`,
    )
  })
  const { ask } = rig({ a }, priced)
  const { text, headers } = await ask({ stream: true, stream_options: { include_usage: true } })
  expect(text).toContain('"cost":0.0045')
  expect(headers.has('x-model-router-cost')).toBe(false)
})

test('is left out where nobody knows the price: unknown is not nothing', async () => {
  const { ask } = rig({ a })
  const { headers, text } = await ask()
  expect(headers.has('x-model-router-cost')).toBe(false)
  expect(JSON.parse(text).usage).not.toHaveProperty('cost')
})

test('counts the reply that was told, not the tries that failed', async () => {
  a.script(error(500))
  const { ask } = rig({ a }, priced)
  expect((await ask()).headers.get('x-model-router-cost')).toBe('0.0045')
})

test('is summed over several replies to one request', async () => {
  const { ask } = rig({ a }, { ...priced, models: { panel: { ensemble: ['a/m', 'a/m'] } } })
  expect((await ask({ model: 'panel' })).headers.get('x-model-router-cost')).toBe('0.009')
})
