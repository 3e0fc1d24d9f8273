import { describe, expect, test } from 'vitest'
import { replayCount } from './replay/count.ts'
import type { Recording } from './replay/recordings.ts'
import type { Verdict } from './replay/verdicts.ts'

const messages = [{ role: 'user', content: 'How long is this?' }]

const recorded: Recording = {
  name: 'made-up',
  provider: 'anthropic',
  protocol: 'anthropic-messages',
  operation: 'count_tokens',
  core: false,
  request: { path: '/v1/messages/count_tokens', body: { model: 'claude-haiku-4-5', messages } },
  response: { status: 200, headers: {}, kind: 'json', body: { input_tokens: 12 } },
}

async function verdicts(
  changed: Partial<Recording>,
): Promise<readonly (readonly [Verdict['of'], Verdict['outcome']])[]> {
  const found: Verdict[] = []
  for await (const verdict of replayCount({ ...recorded, ...changed })) found.push(verdict)
  return found.map(({ of, outcome }) => [of, outcome])
}

describe('a recorded count', () => {
  test('passes where it is told, and its request is one our judge takes', async () => {
    expect(await verdicts({})).toEqual([
      ['reply', 'passed'],
      ['native request', 'passed'],
    ])
  })

  test('fails where it cannot be told', async () => {
    const response = { status: 200, headers: {}, kind: 'json' as const, body: { tokens: 12 } }
    expect(await verdicts({ response })).toContainEqual(['reply', 'failed'])
  })

  test('fails where the provider took what our judge does not', async () => {
    const request = { path: null, body: { model: 'claude-haiku-4-5', max_tokens: 5, messages } }
    expect(await verdicts({ request })).toContainEqual(['native request', 'failed'])
  })

  test('fails where the gateway does not ask with the same words', async () => {
    const documents = [
      {
        role: 'user',
        content: [
          { type: 'text', text: 'Hi' },
          { type: 'text', text: 'there' },
        ],
      },
    ]
    const request = { path: null, body: { model: 'claude-haiku-4-5', messages: documents } }
    expect(await verdicts({ request })).toContainEqual(['native request', 'failed'])
  })

  test('that was refused passes where the client is told why', async () => {
    const error = { type: 'invalid_request_error', message: 'messages: too many' }
    const response = { status: 400, headers: {}, kind: 'json' as const, body: { type: 'error', error } }
    expect(await verdicts({ response })).toEqual([['reply', 'passed']])
  })

  test('of a provider nobody counts with is out of scope', async () => {
    expect(await verdicts({ provider: 'elsewhere' })).toEqual([['reply', 'out of scope']])
  })
})
