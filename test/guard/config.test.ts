import { describe, expect, test } from 'vitest'
import { ConfigError, configure } from '../../src/config.ts'

/** What a configuration makes of a setting, or what is wrong with it. */
function configured(media: unknown): unknown {
  try {
    return configure({ media }, {}, {}).media
  } catch (error) {
    if (error instanceof ConfigError) return error.problems
    throw error
  }
}

describe('the setting `media`', () => {
  test.each([
    [undefined, {}],
    [{}, {}],
    [false, false],
    [{ hosts: [] }, { hosts: [] }],
    [
      { hosts: ['example.com', '*.example.com', 'example.com:8443', 'bücher.example.com', '93.184.215.14'] },
      { hosts: ['example.com', '*.example.com', 'example.com:8443', 'bücher.example.com', '93.184.215.14'] },
    ],
    [
      { bytes: 1000, patience: 500 },
      { bytes: 1000, patience: 500 },
    ],
  ])('%j means what it says', (media, settings) => {
    expect(configured(media)).toEqual(settings)
  })

  test.each([
    'https://example.com',
    'example.com/a',
    '*',
    '*.',
    'a b',
    'user@example.com',
    'example.com:99999',
    'a*b.example.com',
    '.example.com',
    '**.example.com',
    '',
  ])('names %j as no host', (host) => {
    expect(configured({ hosts: ['example.com', host] })).toEqual([
      'media.hosts[1]: No host, such as example.com, *.example.com or example.com:8443',
    ])
  })

  test('names what else is wrong', () => {
    expect(configured({ bytes: 2 ** 30 })).toEqual(['media.bytes: Too big: expected number to be <=67108864'])
    expect(configured({ patience: 0 })).toEqual(['media.patience: Too small: expected number to be >0'])
    expect(configured(true)).toEqual(['media: Invalid input'])
  })
})
