import { describe, expect, test } from 'vitest'
import { createWarnings } from '../src/warnings.ts'

describe('the warnings of a request', () => {
  test('keep every reason given for one member, in order', () => {
    const { warn, list, header } = createWarnings(false)
    warn('tool_choice', 'asked for in words')
    warn('seed', 'unsupported')
    warn('tool_choice', 'the other tools were left out')
    expect(header()).toBe('tool_choice=asked for in words; seed=unsupported; tool_choice=the other tools were left out')
    expect(list()).toEqual([
      { param: 'tool_choice', reason: 'asked for in words' },
      { param: 'seed', reason: 'unsupported' },
      { param: 'tool_choice', reason: 'the other tools were left out' },
    ])
  })

  test('say the same thing once, however often it happens', () => {
    const { warn, note, header } = createWarnings(false)
    for (let call = 0; call < 8; call++) warn('seed', 'unsupported')
    note('seed', 'unsupported')
    expect(header()).toBe('seed=unsupported')
  })

  test('are no header where there are none', () => {
    expect(createWarnings(false).header()).toBeUndefined()
  })

  test('are printable ASCII that can be split at "; ", whatever clients call their members', () => {
    const { warn, header } = createWarnings(false)
    warn('a; b=c\r\nset-cookie: d', 'unknown')
    warn('ü', 'one; two')
    expect(header()).toMatch(/^[ -~]+$/u)
    expect(header()?.split('; ')).toHaveLength(2)
  })

  test('fill 1 KiB at most, whole, and say how many more there are', () => {
    const { warn, header, list } = createWarnings(false)
    for (let index = 0; index < 200; index++) warn(`messages[${index}].name`, 'unsupported')
    const text = header() ?? ''
    expect(text.length).toBeLessThanOrEqual(1024)
    expect(text.length).toBeGreaterThan(950)
    const told = text.split('; ')
    const last = told.pop()
    expect(told.every((one) => /^messages\[\d+\]\.name=unsupported$/u.test(one))).toBe(true)
    expect(last).toBe(`and ${200 - told.length} more`)
    expect(list()).toHaveLength(200)
  })

  test('are cut where they are long, so that there is room for others', () => {
    const { warn, header } = createWarnings(false)
    warn('x'.repeat(5000), 'unknown')
    warn('seed', 'unsupported')
    expect(header()).toMatch(/^x{256}; seed=unsupported$/u)
  })

  test('are refusals where losses are refused, but for those that show too late', () => {
    const { warn, note, header } = createWarnings(true)
    expect(() => warn('seed', 'unsupported')).toThrow('seed cannot have its effect here')
    note('finish_reason', 'unknown')
    expect(header()).toBe('finish_reason=unknown')
  })
})
