import { describe, expect, test } from 'vitest'
import { fit } from '../src/capabilities.ts'
import type { ChatRequest } from '../src/canonical.ts'
import { silent } from './silent.ts'

const request: ChatRequest = {
  model: 'm',
  stream: false,
  messages: [
    { role: 'user', content: 'Hi.', extra: { mood: 'glad', nothing: null } },
    { role: 'assistant', blocks: [], extra: { prefix: true, mood: 'glad' } },
  ],
  extra: { prefix: 1, guard: 2, nothing: null },
}

function fitted(extensions: readonly string[]): { request: ChatRequest; warnings: readonly string[] } {
  const warnings: string[] = []
  const warn = (param: string, reason: string): void => void warnings.push(`${param}=${reason}`)
  return { request: fit(request, { ...silent, extensions }, warn).request, warnings }
}

describe('members that no surface knows', () => {
  test('reach an adapter that takes all of them', () => {
    expect(fitted(['*'])).toEqual({ request, warnings: [] })
  })

  test('reach an adapter that takes them by name, at the top and in messages apart', () => {
    const { request, warnings } = fitted(['guard', 'messages[].prefix'])
    expect(request.extra).toEqual({ guard: 2 })
    expect(request.messages.map(({ extra }) => extra)).toEqual([undefined, { prefix: true }])
    expect(warnings).toEqual(['messages[0].mood=unknown', 'messages[1].mood=unknown', 'prefix=unknown'])
  })

  test('are reported once each, and reach nobody else', () => {
    const { request, warnings } = fitted([])
    expect(JSON.stringify(request)).not.toContain('extra')
    expect(warnings).toHaveLength(5)
  })
})

describe('wishes for what happens anyway', () => {
  const idle = { choices: 1, logprobs: false, topLogprobs: 0, modalities: ['text'] }
  const none = { choices: false, logprobs: false, audioOutput: false, imageOutput: false }

  test('do not reach an adapter whose provider may not know the word', () => {
    const supports = { ...silent.supports, ...none }
    const warn = (): never => expect.unreachable()
    expect(fit({ model: 'm', stream: false, messages: [], ...idle }, { ...silent, supports }, warn).request).toEqual({
      model: 'm',
      stream: false,
      messages: [],
    })
  })

  test('reach one that does', () => {
    expect(fit({ model: 'm', stream: false, messages: [], ...idle }, silent, () => {}).request).toMatchObject(idle)
  })
})

describe('texts that end a reply', () => {
  const ends = (stop: readonly string[]): unknown =>
    fit({ model: 'm', stream: false, messages: [], stop }, silent, () => expect.unreachable()).request.stop

  test('are not empty', () => {
    expect(ends(['', 'END'])).toEqual(['END'])
    expect(ends([''])).toBeUndefined()
    expect(ends([])).toBeUndefined()
    expect(ends([' '])).toEqual([' '])
  })
})

describe('sound that nobody asked to hear', () => {
  test('is reported where there is none', () => {
    const warnings: string[] = []
    const supports = { ...silent.supports, audioOutput: false }
    const request = { model: 'm', stream: false, messages: [], audio: { voice: 'alloy', format: 'wav' } } as const
    const fitted = fit(request, { ...silent, supports }, (param) => void warnings.push(param))
    expect(fitted.request.audio).toBeUndefined()
    expect(warnings).toEqual(['audio'])
  })
})
