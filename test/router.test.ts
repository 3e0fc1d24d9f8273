import { describe, expect, test } from 'vitest'
import type { Adapter } from '../src/adapter.ts'
import { GatewayError } from '../src/errors.ts'
import { createRouter } from '../src/router.ts'
import { silent } from './silent.ts'

const providers: Record<string, Adapter> = {
  one: {
    ...silent,
    name: 'one',
    patterns: ['alpha-*', 'al*'],
    facts: [{ match: 'alpha', ids: ['alpha-large', 'alpha-small'] }],
  },
  two: { ...silent, name: 'two', patterns: ['beta-*', 'alpha-special-*'] },
}

function resolve(model: string, entries: Record<string, string> = {}): string {
  const target = createRouter(providers, entries).resolve(model)
  return `${target.provider} ${target.model}`
}

function failure(model: string, entries: Record<string, string> = {}): GatewayError['failure'] {
  try {
    createRouter(providers, entries).resolve(model)
  } catch (error) {
    if (error instanceof GatewayError) return error.failure
  }
  throw new Error('found')
}

describe('a model name', () => {
  test('with a provider before it goes there, slashes and all', () => {
    expect(resolve('two/alpha-large')).toBe('two alpha-large')
    expect(resolve('two/meta/llama-3:free')).toBe('two meta/llama-3:free')
  })

  test('without one goes to the longest pattern that matches', () => {
    expect(resolve('alpha-large')).toBe('one alpha-large')
    expect(resolve('alpha-special-1')).toBe('two alpha-special-1')
    expect(resolve('almost')).toBe('one almost')
  })

  test('that is an alias goes where it leads, through other aliases too', () => {
    expect(resolve('fast', { fast: 'quick', quick: 'two/beta-1' })).toBe('two beta-1')
  })

  test('listed exactly comes before its prefix and before patterns', () => {
    expect(resolve('one/alpha-large', { 'one/alpha-large': 'two/beta-9' })).toBe('two beta-9')
    expect(resolve('alpha-large', { 'alpha-large': 'two' })).toBe('two alpha-large')
  })

  test('may match a pattern of the configuration, which comes before an equal one of an adapter', () => {
    expect(resolve('alpha-large', { 'alpha-*': 'two' })).toBe('two alpha-large')
    expect(resolve('x.y', { 'x.*': 'one/alpha-small' })).toBe('one alpha-small')
    expect(failure('xzy', { 'x.*': 'one' }).code).toBe('model_not_found')
  })

  test('leads to the same target again, and to none of those asked for in between', () => {
    const router = createRouter(providers)
    const [first, again] = [router.resolve('one/alpha-large'), router.resolve('one/alpha-large')]
    expect(again).toBe(first)
    for (let count = 0; count < 5000; count += 1) expect(router.resolve(`one/x${count}`).model).toBe(`x${count}`)
    expect(router.resolve('one/alpha-large')).toEqual(first)
  })

  test('longer than any is nobody’s, and is not told in full', () => {
    expect(resolve(`one/${'x'.repeat(2044)}`)).toHaveLength('one '.length + 2044)
    expect(failure(`one/${'x'.repeat(2045)}`).code).toBe('model_not_found')
    expect(failure('al'.repeat(10_000)).message.length).toBeLessThan(400)
  })

  test('that nobody serves is a 404 in the words of OpenAI, with names that come close', () => {
    const { message, ...rest } = failure('gamma-large')
    expect(rest).toEqual({ status: 404, type: 'invalid_request_error', code: 'model_not_found', param: 'model' })
    expect(message).toContain('`gamma-large`')
    expect(failure('apha-large').message).toContain('Did you mean `one/alpha-large`')
  })

  test.each([
    ['a loop of aliases', 'a', { a: 'b', b: 'a' }],
    ['a provider without a model', 'one/', {}],
    ['a name of Object', 'constructor', {}],
    ['a prefix of Object', '__proto__/x', {}],
    ['nothing', '', {}],
  ])('that is %s is a 404', (_, model, entries) => {
    expect(failure(model, entries).status).toBe(404)
  })
})
