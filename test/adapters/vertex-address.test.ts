import { describe, expect, test } from 'vitest'
import { methodPath, originOf } from '../../adapters/vertex/address.ts'
import { GatewayError } from '../../src/errors.ts'

describe('the host of a location', () => {
  test.each([
    ['global', 'https://aiplatform.googleapis.com'],
    ['us', 'https://aiplatform.us.rep.googleapis.com'],
    ['eu', 'https://aiplatform.eu.rep.googleapis.com'],
    ['us-central1', 'https://us-central1-aiplatform.googleapis.com'],
    ['europe-west4', 'https://europe-west4-aiplatform.googleapis.com'],
  ])('%s is at %s', (location, origin) => {
    expect(originOf({ project: 'p', location })).toBe(origin)
  })

  test('is the global one in express mode', () => {
    expect(originOf({ location: 'us-central1' })).toBe('https://aiplatform.googleapis.com')
  })
})

describe('the path of a model', () => {
  const place = { project: 'p-1', location: 'global' }
  const base = '/v1/projects/p-1/locations/global'

  test.each([
    ['gemini-2.5-flash', `${base}/publishers/google/models/gemini-2.5-flash:generateContent`],
    ['models/gemini-2.5-flash', `${base}/publishers/google/models/gemini-2.5-flash:generateContent`],
    ['anthropic/claude-opus-4-6', `${base}/publishers/anthropic/models/claude-opus-4-6:generateContent`],
    ['publishers/google/models/gemini-2.5-pro', `${base}/publishers/google/models/gemini-2.5-pro:generateContent`],
    ['endpoints/1234567890', `${base}/endpoints/1234567890:generateContent`],
    ['projects/q/locations/us/endpoints/7', '/v1/projects/q/locations/us/endpoints/7:generateContent'],
    ['claude-sonnet-4-5@20250929', `${base}/publishers/google/models/claude-sonnet-4-5@20250929:generateContent`],
    ['odd name=#1', `${base}/publishers/google/models/odd%20name%3D%231:generateContent`],
  ])('%s', (model, path) => {
    expect(methodPath('v1', place, 'google', model, 'generateContent')).toBe(path)
  })

  test('has no project in express mode', () => {
    const path = methodPath('v1', { location: 'global' }, 'google', 'gemini-2.5-flash', 'streamGenerateContent')
    expect(path).toBe('/v1/publishers/google/models/gemini-2.5-flash:streamGenerateContent')
  })

  test.each(['../../secrets', 'a/./b', 'x?key=1', 'x&y', '', 'a//b'])('leads nowhere else: %j', (model) => {
    const lead = (): string => methodPath('v1', place, 'google', model, 'generateContent')
    expect(lead).toThrow(GatewayError)
    expect(lead).toThrow(/no name of a model/u)
  })
})
