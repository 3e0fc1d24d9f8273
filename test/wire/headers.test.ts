import { expect, test } from 'vitest'
import { CallHeaders } from '../../src/wire/headers.ts'

test('names mean the same in any case, and the last value counts', () => {
  const headers = new CallHeaders({ Accept: '*/*', 'X-Key': 'one' }, undefined, { 'x-key': 'two' })
  headers.set('AUTHORIZATION', 'Bearer k')
  expect(headers.get('x-KEY')).toBe('two')
  expect(headers.fields).toEqual({ accept: '*/*', 'x-key': 'two', authorization: 'Bearer k' })
  expect([...headers]).toEqual(Object.entries(headers.fields))
})

test('a header that is taken off is gone', () => {
  const headers = new CallHeaders({ accept: '*/*' })
  expect(headers.has('Accept')).toBe(true)
  headers.delete('Accept')
  expect([headers.has('accept'), headers.get('accept'), headers.fields]).toEqual([false, null, {}])
})
