import { describe, expect, test } from 'vitest'
import type { Undo } from '../src/adapter.ts'
import type { Block, ReplyEvent } from '../src/canonical.ts'
import { fold } from '../src/fold.ts'
import { Reply } from '../src/reply.ts'

const origin = { format: 'test-v1', model: 'm' }

function write(script: (reply: Reply) => void, undo?: Undo, choices?: number): ReplyEvent[] {
  const events: ReplyEvent[] = []
  let ids = 0
  const reply = new Reply({
    write: (event) => events.push(event),
    now: () => 1,
    newId: (prefix) => `${prefix}${++ids}`,
    origin,
    model: 'm',
    undo,
    choices,
  })
  script(reply)
  return events
}

function blocks(script: (reply: Reply) => void, undo?: Undo): readonly Block[] {
  const { completion, failure } = fold(write(script, undo))
  if (!completion) throw new Error(failure?.message)
  return completion.choices[0]?.blocks ?? []
}

function reason(script: (reply: Reply) => void): string | undefined {
  return fold(write(script)).completion?.choices[0]?.reason
}

const call = (name: string, text: string, id = 'c1'): Block => ({ type: 'tool', id, name, text })

describe('blocks', () => {
  test('open, grow and close as the kind of what is said changes', () => {
    const events = write((reply) => {
      reply.start({ id: 'r', model: 'm' })
      reply.reasoning('a')
      reply.reasoning('b', { signature: 's' })
      reply.text('c')
      reply.text('d')
      reply.finish('stop')
      reply.end()
    })
    expect(events.map(({ type }) => type).join(' ')).toBe('start open append patch close open append close finish end')
    expect(fold(events).completion?.choices[0]?.blocks).toEqual([
      { type: 'reasoning', text: 'ab', signature: 's', origin },
      { type: 'text', text: 'cd' },
    ])
  })

  test('keep an empty text apart from none', () => {
    const done = (reply: Reply): void => (reply.finish('stop'), reply.end())
    expect(blocks(done)).toEqual([])
    expect(blocks((reply) => (reply.text(''), done(reply)))).toEqual([{ type: 'text', text: '' }])
  })

  test('do not begin with an empty text that others follow', () => {
    const script = (reply: Reply): void => {
      reply.text('')
      reply.reasoning('a')
      reply.text('b')
      reply.finish('stop')
      reply.end()
    }
    expect(blocks(script).map(({ type }) => type)).toEqual(['reasoning', 'text'])
  })

  test('of sound and its words grow side by side', () => {
    const script = (reply: Reply): void => {
      reply.media({ kind: 'audio', id: 'a' })
      reply.transcript('Hel')
      reply.media({ kind: 'audio', data: 'AAAA' })
      reply.transcript('lo')
      reply.media({ kind: 'audio', data: 'BBBB', expires: 9 })
      reply.finish('stop')
      reply.end()
    }
    expect(blocks(script)).toEqual([
      { type: 'media', kind: 'audio', id: 'a', text: 'AAAABBBB', expires: 9 },
      { type: 'transcript', text: 'Hello' },
    ])
  })

  test('take citations after they have closed', () => {
    const citation = { type: 'url', url: 'u', start: 0, end: 1 } as const
    const script = (reply: Reply): void => {
      reply.text('a')
      reply.tool({ id: 'c1', name: 'f', input: '{}' })
      reply.cite(citation)
      reply.finish('stop')
      reply.end()
    }
    expect(blocks(script)[0]).toEqual({ type: 'text', text: 'a', citations: [citation] })
  })

  test('take citations by their numbers', () => {
    const citation = { type: 'url', url: 'u', start: 0, end: 1 } as const
    const script = (reply: Reply): void => {
      reply.text('a')
      reply.reasoning('b')
      reply.text('c')
      reply.cite(citation, 0)
      reply.finish('stop')
      reply.end()
    }
    expect(blocks(script).map((block) => block.type === 'text' && block.citations)).toEqual([
      [citation],
      false,
      undefined,
    ])
  })
})

test('a memory is made once, and kept', () => {
  const kept: unknown[] = []
  write((reply) => {
    reply.memory(() => ({ first: true }))
    kept.push(reply.memory(() => ({ first: false })))
  })
  expect(kept).toEqual([{ first: true }])
})

describe('a start', () => {
  test('is told once, with the first values that are not empty', () => {
    const events = write((reply) => {
      reply.start({ id: '', model: '' })
      reply.start({ id: 'r' })
      reply.start({ model: 'gpt', created: 5 })
      reply.start({ id: 'other', model: 'other' })
    })
    expect(events).toEqual([{ type: 'start', id: 'r', model: 'gpt', created: 5 }])
  })

  test('is made up where the provider gives none', () => {
    const [first] = write((reply) => reply.text('a'))
    expect(first).toEqual({ type: 'start', id: '1', model: 'm', created: 1 })
  })
})

describe('tool calls', () => {
  const end = (reply: Reply): void => {
    reply.finish('tool_calls')
    reply.end()
  }

  test('without arguments get an empty object, once', () => {
    expect(blocks((reply) => (reply.tool({ key: 0, id: 'c1', name: 'f' }), reply.close(0), end(reply)))).toEqual([
      call('f', '{}'),
    ])
    expect(blocks((reply) => (reply.tool({ key: 0, id: 'c1', name: 'f', input: '' }), end(reply)))).toEqual([
      call('f', '{}'),
    ])
  })

  test.each([[['null']], [['n', 'ull']]])('whose arguments are null, as in %j, get an empty object', (pieces) => {
    const script = (reply: Reply): void => {
      reply.tool({ key: 0, id: 'c1', name: 'f' })
      for (const input of pieces) reply.tool({ key: 0, input })
      reply.finish('tool_calls')
      reply.end()
    }
    expect(blocks(script)).toEqual([call('f', '{}')])
  })

  test('keep arguments that merely begin like null, and those of a call that was cut there', () => {
    const script =
      (reason: 'tool_calls' | 'length', ...pieces: string[]) =>
      (reply: Reply): void => {
        for (const input of pieces) reply.tool({ key: 0, id: 'c1', name: 'f', input })
        reply.finish(reason)
        reply.end()
      }
    expect(blocks(script('tool_calls', 'n', 'o', 'n'))).toEqual([call('f', 'non')])
    expect(blocks(script('length', 'nu'))).toEqual([call('f', 'nu')])
  })

  test('do not put the fallback before arguments that come', () => {
    const script = (reply: Reply): void => {
      reply.tool({ key: 0, id: 'c1', name: 'f', fallback: '{}' })
      reply.tool({ key: 0, input: '{"a"' })
      reply.tool({ key: 0, input: ':1}' })
      reply.close(0)
      end(reply)
    }
    expect(blocks(script)).toEqual([call('f', '{"a":1}')])
  })

  test('may be interleaved', () => {
    const script = (reply: Reply): void => {
      reply.tool({ key: 0, id: 'c1', name: 'f' })
      reply.tool({ key: 1, id: 'c2', name: 'g' })
      reply.tool({ key: 0, input: '[1' })
      reply.tool({ key: 1, input: '[2' })
      reply.tool({ key: 0, input: ']' })
      reply.tool({ key: 1, input: ']' })
      end(reply)
    }
    expect(blocks(script)).toEqual([call('f', '[1]'), call('g', '[2]', 'c2')])
  })

  test('with another id under the same key are others', () => {
    const script = (reply: Reply): void => {
      reply.tool({ key: 0, id: 'c1', name: 'f', input: '{"c":1}' })
      reply.tool({ key: 0, id: 'c2', name: 'f', input: '{"c":2}' })
      end(reply)
    }
    expect(blocks(script)).toEqual([call('f', '{"c":1}'), call('f', '{"c":2}', 'c2')])
  })

  test('may get their name after their arguments', () => {
    const script = (reply: Reply): void => {
      reply.tool({ key: 0, id: 'c1', input: '{"a"' })
      reply.tool({ key: 0, name: 'f', input: ':1}' })
      end(reply)
    }
    expect(blocks(script)).toEqual([call('f', '{"a":1}')])
  })

  test('without key and id are told apart by their names', () => {
    const script = (reply: Reply): void => {
      reply.tool({ name: 'f', input: '{"a":1}' })
      reply.tool({ name: 'f', input: '{"a":2}' })
      end(reply)
    }
    expect(blocks(script).map(({ text }) => text)).toEqual(['{"a":1}', '{"a":2}'])
    expect(new Set(blocks(script).map((block) => 'id' in block && block.id)).size).toBe(2)
  })

  test('continue the latest one where neither key nor id nor name is given', () => {
    const script = (reply: Reply): void => {
      reply.tool({ id: 'c1', name: 'f', input: '{' })
      reply.tool({ input: '}' })
      end(reply)
    }
    expect(blocks(script)).toEqual([call('f', '{}')])
  })

  test('that were cut by the length limit are not completed', () => {
    const script = (reply: Reply): void => {
      reply.tool({ key: 0, id: 'c1', name: 'f' })
      reply.finish('length')
      reply.end()
    }
    expect(blocks(script)).toEqual([call('f', '')])
  })

  test('that never get a name are an error', () => {
    const events = write((reply) => (reply.tool({ key: 0, id: 'c1', input: '{}' }), end(reply)))
    expect(fold(events).failure?.code).toBe('upstream_protocol_error')
  })
})

describe('the finish', () => {
  test('after a tool call is tool_calls even where the provider says stop', () => {
    const script = (reply: Reply): void => (reply.finish('stop'), reply.tool({ name: 'f' }), reply.end())
    expect(reason(script)).toBe('tool_calls')
  })

  test('stays stop where the provider means it', () => {
    const script = (reply: Reply): void => (
      reply.tool({ name: 'f' }),
      reply.finish('stop', { literal: true }),
      reply.end()
    )
    expect(reason(script)).toBe('stop')
  })

  test('may be said twice, and may come before usage', () => {
    const script = (reply: Reply): void => (
      reply.finish('stop'),
      reply.finish('length'),
      reply.usage({ input: 1, output: 2 }),
      reply.end()
    )
    const { completion } = fold(write(script))
    expect(completion?.choices[0]?.reason).toBe('length')
    expect(completion?.usage).toEqual({ input: 1, output: 2 })
  })

  test('that never comes is an error, not a quiet end', () => {
    const events = write((reply) => (reply.text('a'), reply.end()))
    expect(events.at(-1)).toMatchObject({ type: 'error', failure: { code: 'upstream_stream_truncated', status: 502 } })
    expect(events.some(({ type }) => type === 'finish' || type === 'end')).toBe(false)
  })

  test('of one choice does not finish the other', () => {
    const script = (reply: Reply): void => {
      reply.text('a')
      reply.finish('stop')
      reply.choice(1)
      reply.text('b')
      reply.end()
    }
    expect(fold(write(script)).failure?.code).toBe('upstream_stream_truncated')
  })

  test('of all choices is awaited where several were asked for, unless the provider marks the end', () => {
    const one = (marked: boolean) => (reply: Reply) => {
      reply.text('a')
      reply.finish('stop')
      reply.end(marked)
    }
    expect(fold(write(one(false), undefined, 2)).failure?.code).toBe('upstream_stream_truncated')
    expect(fold(write(one(true), undefined, 2)).completion?.choices).toHaveLength(1)
  })

  test('is the last thing that counts: what comes after the end is not told', () => {
    const events = write((reply) => (reply.finish('stop'), reply.end(), reply.end(), reply.fail({ message: 'late' })))
    expect(events.map(({ type }) => type)).toEqual(['start', 'finish', 'end'])
  })
})

describe('usage', () => {
  const usage = (script: (reply: Reply) => void): unknown =>
    fold(write((reply) => (script(reply), reply.finish('stop'), reply.end()))).completion?.usage

  test('counts cache traffic inside the input', () => {
    expect(usage((reply) => reply.usage({ fresh: 3, cached: 100, cacheWrite: 20, output: 9 }))).toEqual({
      input: 123,
      output: 9,
      cached: 100,
      cacheWrite: 20,
    })
  })

  test('takes the last of growing counts and keeps what is not repeated', () => {
    const grow = (reply: Reply): void => {
      reply.usage({ fresh: 3, cached: 100, output: 1 })
      reply.usage({ fresh: 5, cached: null, output: 9 })
    }
    expect(usage(grow)).toEqual({ input: 105, output: 9, cached: 100 })
  })

  test('is left out where nobody counted', () => {
    expect(usage(() => {})).toBeUndefined()
  })

  test('adds up over a pause', () => {
    const pause = (reply: Reply): void => {
      reply.usage({ fresh: 1, cached: 10, output: 2, extra: { searches: { web: 10 }, region: 'eu' } })
      reply.pause()
      reply.resume()
      reply.usage({ fresh: 4, output: 3, extra: { searches: { web: 1 }, region: 'us' } })
    }
    expect(usage(pause)).toEqual({ input: 15, output: 5, cached: 10, extra: { searches: { web: 11 }, region: 'us' } })
  })
})

describe('what the request changed is changed back', () => {
  const end = (reply: Reply): void => (reply.finish('tool_calls'), reply.end())

  test('names of tools', () => {
    const undo = { names: new Map([['a_b', 'a.b']]) }
    expect(blocks((reply) => (reply.tool({ id: 'c1', name: 'a_b', input: '{}' }), end(reply)), undo)).toEqual([
      call('a.b', '{}'),
    ])
  })

  test('an answer told as a call becomes text, and the reply stops', () => {
    const script = (reply: Reply): void => {
      reply.tool({ key: 0, id: 'c1', name: 'answer' })
      reply.tool({ key: 0, input: '{"a":' })
      reply.tool({ key: 0, input: '1}' })
      end(reply)
    }
    const { completion } = fold(write(script, { answer: 'answer' }))
    expect(completion?.choices[0]).toEqual({ blocks: [{ type: 'text', text: '{"a":1}' }], reason: 'stop' })
  })

  test('custom tools told as functions get their text back', () => {
    const undo = { custom: new Set(['shell']) }
    const script = (reply: Reply): void => {
      reply.tool({ key: 0, id: 'c1', name: 'shell' })
      reply.tool({ key: 0, input: '{"input":"l' })
      reply.tool({ key: 0, input: 's \\"x\\""}' })
      end(reply)
    }
    expect(blocks(script, undo)).toEqual([{ ...call('shell', 'ls "x"'), custom: true }])
    const whole = (reply: Reply): void => {
      reply.tool({ key: 0, id: 'c1', name: 'shell', fallback: '{"input":"ls"}' })
      reply.close(0)
      end(reply)
    }
    expect(blocks(whole, undo)).toEqual([{ ...call('shell', 'ls'), custom: true }])
  })

  test('a custom tool that was cut keeps what came', () => {
    const script = (reply: Reply): void => (
      reply.tool({ id: 'c1', name: 'shell', input: '{"input":"ls\\u00' }),
      reply.finish('length'),
      reply.end()
    )
    expect(blocks(script, { custom: new Set(['shell']) })).toEqual([{ ...call('shell', 'ls'), custom: true }])
  })

  test.each([
    ['```json\n{"a":1}\n```', '{"a":1}'],
    ['\n```\n{"a":1}\n```\n', '{"a":1}'],
    ['{"a":"```"}', '{"a":"```"}'],
    ['{"a":1}', '{"a":1}'],
    ['```js is a fence', '```js is a fence'],
  ])('a fence comes off %j however it is cut', (text, expected) => {
    for (let size = 1; size <= text.length; size += 1) {
      const script = (reply: Reply): void => {
        for (let at = 0; at < text.length; at += size) reply.text(text.slice(at, at + size))
        end(reply)
      }
      expect(
        blocks(script, { fenced: true })
          .map((block) => block.text)
          .join(''),
      ).toBe(expected)
    }
  })

  test.each([
    ['The answer is 42.', ' 42.'],
    ['The answer is', ''],
    ['The answer', 'The answer'],
    ['The answers are 42.', 'The answers are 42.'],
    [' 42. The answer is 42.', ' 42. The answer is 42.'],
  ])('the words gone on from come off %j however it is cut', (text, expected) => {
    for (let size = 1; size <= text.length; size += 1) {
      const script = (reply: Reply): void => {
        for (let at = 0; at < text.length; at += size) reply.text(text.slice(at, at + size))
        end(reply)
      }
      const told = blocks(script, { echo: 'The answer is' }).map((block) => block.text)
      expect(told.join('')).toBe(expected)
    }
  })

  test('the words gone on from and a fence come off the same text', () => {
    const script = (reply: Reply): void => {
      reply.text('Here: ```json\n{"a"')
      reply.text(':1}\n```')
      end(reply)
    }
    expect(blocks(script, { echo: 'Here: ', fenced: true })).toEqual([{ type: 'text', text: '{"a":1}' }])
  })

  test('one call where one was asked for', () => {
    const warnings: unknown[] = []
    const script = (reply: Reply): void => {
      reply.tool({ id: 'c1', name: 'f', input: '{"a":1}' })
      reply.tool({ id: 'c2', name: 'f', input: '{"a":2}' })
      reply.tool({ id: 'c3', name: 'g' })
      reply.finish('tool_calls')
      reply.end()
      warnings.push(...reply.warnings)
    }
    expect(blocks(script, { single: true })).toEqual([call('f', '{"a":1}')])
    expect(warnings).toEqual([
      ['parallel_tool_calls', 'further calls were left out'],
      ['parallel_tool_calls', 'further calls were left out'],
    ])
  })
})

describe('opaque blocks', () => {
  test('keep their JSON, with an input that streams', () => {
    const script = (reply: Reply): void => {
      reply.opaque({ type: 'server_call', id: 's', input: {} }, 1)
      reply.tool({ key: 1, input: '{"q":' })
      reply.tool({ key: 1, input: '12345678901234567890}' })
      reply.close(1)
      reply.opaque({ type: 'result' })
      reply.finish('stop')
      reply.end()
    }
    expect(blocks(script).map(({ text }) => text)).toEqual([
      '{"type":"server_call","id":"s","input":{"q":12345678901234567890}}',
      '{"type":"result"}',
    ])
    expect(reason(script)).toBe('stop')
  })
})
