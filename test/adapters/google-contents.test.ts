import { describe, expect, test } from 'vitest'
import { PLACEHOLDER } from '../../adapters/google/model-turn.ts'
import type { Block } from '../../src/canonical.ts'
import { assistant, call, calls, f, system, tool, user } from './anthropic-rig.ts'
import { encoded, G2, G3, NEWEST, refused, sent } from './google-rig.ts'

const say = (text: string) => ({ role: 'user', parts: [{ text }] })
const SKIPPED = 'messages[1].tool_calls[0]=came back without its thought signature, which is skipped'
const signature = (value: string) => ({ extra_content: { google: { thought_signature: value } } })
const contents = (asked: Record<string, unknown>) => sent(asked).body.contents

describe('instructions', () => {
  test('alone become the question', () => {
    const { body } = sent({ messages: [system('S')] })
    expect(body).toEqual({ contents: [say('S')] })
  })

  test('at the head stay apart, in order', () => {
    const { body } = sent({ messages: [{ role: 'developer', content: 'A' }, system('B'), user('Hi')] })
    expect(body.systemInstruction).toEqual({ parts: [{ text: 'A' }, { text: 'B' }] })
    expect(body.contents).toEqual([say('Hi')])
  })

  test('inside the conversation keep their place, passed on by the user', () => {
    const messages = [user('a'), assistant('b'), system('Be formal'), user('c')]
    expect(contents({ messages }).slice(2)).toEqual([say('<system_message>\nBe formal\n</system_message>'), say('c')])
  })

  test('stand before the first words of the user, where the model takes none apart', () => {
    expect(sent({ model: 'gemma-3-27b-it', messages: [system('S'), user('Hi')] }).body).toEqual({
      contents: [{ role: 'user', parts: [{ text: 'S' }, { text: 'Hi' }] }],
    })
  })
})

describe('turns', () => {
  test('of the model that stand together are one, words first', () => {
    const messages = [user('a'), assistant('b'), calls(call('t1')), tool('t1', '1')]
    expect(contents({ messages, tools: [f] })[1]).toEqual({
      role: 'model',
      parts: [{ text: 'b' }, { functionCall: { id: 't1', name: 'f', args: {} } }],
    })
  })

  test('of the user stay apart', () => {
    expect(contents({ messages: [user('a'), user('b')] })).toEqual([say('a'), say('b')])
  })

  test('of the model that say nothing are left out', () => {
    expect(contents({ messages: [user('a'), assistant(''), user('b')] })).toEqual([say('a'), say('b')])
  })

  test('begin with the user', () => {
    expect(contents({ messages: [assistant('a'), user('b')] })).toEqual([
      say(' '),
      { role: 'model', parts: [{ text: 'a' }] },
      say('b'),
    ])
  })

  test.for([
    [G2, 2, []],
    [NEWEST, 3, ['messages=this model does not go on from an assistant message, it is asked to continue']],
  ] as const)('of %s that end with the model: %i', ([model, length, warnings]) => {
    const result = sent({ model, messages: [user('a'), assistant('b')] })
    expect(result.body.contents).toHaveLength(length)
    expect(result.warnings).toEqual(warnings)
  })
})

describe('calls and their results', () => {
  const asked = (more: unknown[], model = G2) => ({ model, tools: [f], messages: [user('a'), ...more] })
  const response = (id: string, name: string, output: unknown) => ({
    functionResponse: { id, name, response: { output } },
  })

  test('are matched within the exchange, though ids come again', () => {
    const messages = [
      calls(call('c1', '{}', 'a')),
      tool('c1', 'one'),
      assistant('so'),
      user('again'),
      calls(call('c1', '{}', 'b')),
      tool('c1', 'two'),
    ]
    expect(contents(asked(messages)).at(-1).parts).toEqual([response('c1', 'b', 'two')])
  })

  test('share one turn, in the order of the calls', () => {
    const messages = [calls(call('x', '{}', 'a'), call('y', '{}', 'b')), tool('y', '2'), tool('x', '1'), user('and?')]
    expect(contents(asked(messages)).slice(2)).toEqual([
      { role: 'user', parts: [response('x', 'a', '1'), response('y', 'b', '2')] },
      say('and?'),
    ])
  })

  test.for([
    ['{"error":"x"}', { error: 'x' }],
    ['[1,2]', [1, 2]],
    ['plain', 'plain'],
    ['"quoted"', '"quoted"'],
    ['', ''],
    ['{"id":12345678901234567890}', '{"id":12345678901234567890}'],
    ['{"$ref":"#/a"}', '{"$ref":"#/a"}'],
    ['{"cut":', '{"cut":'],
  ])('of %j are told as %j', ([text, output]) => {
    expect(contents(asked([calls(call('t1')), tool('t1', text)])).at(-1).parts).toEqual([response('t1', 'f', output)])
  })

  test('that failed say so', () => {
    const { parts } = contents(asked([calls(call('t1')), tool('t1', 'no', { is_error: true })])).at(-1)
    expect(parts[0].functionResponse.response).toEqual({ error: 'no' })
  })

  test.for([
    ['', {}, []],
    ['{"a":1.0}', { a: 1 }, []],
    ['[1]', { raw_arguments: '[1]' }, ['messages[1].tool_calls=arguments are not a JSON object, sent inside one']],
    ['{"a":', { raw_arguments: '{"a":' }, ['messages[1].tool_calls=arguments are not a JSON object, sent inside one']],
  ] as const)('with the arguments %j are sent with %j', ([text, args, warnings]) => {
    const result = sent(asked([calls(call('t1', text)), tool('t1', '1')]))
    expect(result.body.contents[1].parts[0].functionCall.args).toEqual(args)
    expect(result.warnings).toEqual(warnings)
  })

  test('go byte for byte', () => {
    const args = '{"b": 1.0, "a": 12345678901234567890}'
    expect(sent(asked([calls(call('t1', args)), tool('t1', '1')])).text).toContain(`"args":${args}`)
  })

  const history = [
    { role: 'user', content: 'a' },
    { role: 'assistant', blocks: [{ type: 'tool', id: 't1', name: 'f', text: '{}' }] },
  ] as const

  test.for([
    ['a result without a call', [{ role: 'tool', id: 't9', content: '1' }], 'messages[2].tool_call_id'],
    ['a call without a result', [{ role: 'user', content: 'b' }], 'messages[1]'],
  ] as const)('refuse %s', ([, more, param]) => {
    expect(() => encoded({ model: G2, stream: false, messages: [...history, ...more] })).toThrow(
      expect.objectContaining({ failure: expect.objectContaining({ status: 400, param }) }),
    )
  })

  test('bear no ids where those are unknown', () => {
    const messages = [calls(call('t1')), tool('t1', '1')]
    const { body } = sent({ ...asked(messages), google: { function_ids: 'none' } })
    expect(body.contents.slice(1).map(({ parts }: { parts: unknown }) => parts)).toEqual([
      [{ functionCall: { name: 'f', args: {} } }],
      [{ functionResponse: { name: 'f', response: { output: '1' } } }],
    ])
  })

  const image = { type: 'image_url', image_url: { url: 'data:image/png;base64,iVBORw0KGgo=' } }
  const inline = { inlineData: { mimeType: 'image/png', data: 'iVBORw0KGgo=' } }

  test('hold pictures where the model takes them there', () => {
    const result = sent(asked([calls({ ...call('t1'), ...signature('U0lH') }), tool('t1', [image])], G3))
    expect(result.body.contents.at(-1).parts[0].functionResponse).toMatchObject({ parts: [inline] })
  })

  test('have pictures in the next turn where it does not', () => {
    expect(contents(asked([calls(call('t1')), tool('t1', [image])])).slice(2)).toEqual([
      { role: 'user', parts: [response('t1', 'f', '')] },
      { role: 'user', parts: [inline] },
    ])
  })
})

describe('signatures', () => {
  const step = (...tool_calls: { id: string }[]) => [
    user('a'),
    calls(...tool_calls),
    ...tool_calls.map(({ id }) => tool(id, '1')),
  ]
  const signatures = (model: string, ...tool_calls: { id: string }[]) => {
    const { body, warnings } = sent({ model, tools: [f], messages: step(...tool_calls) })
    const { parts } = body.contents[1]
    return {
      calls: parts.map(
        ({ functionCall, thoughtSignature }: { functionCall: { id: string }; thoughtSignature?: string }) => [
          functionCall.id,
          thoughtSignature,
        ],
      ),
      warnings,
    }
  }

  test('that are lost are replaced by the placeholder, on the first call of a step only, and reported', () => {
    expect(signatures(G3, call('x'), call('y'))).toEqual({
      calls: [
        ['x', PLACEHOLDER],
        ['y', undefined],
      ],
      warnings: [SKIPPED],
    })
  })

  test('go back on the call they came with', () => {
    expect(signatures(G3, { ...call('x'), ...signature('U0lHQQ==') }, call('y'))).toEqual({
      calls: [
        ['x', 'U0lHQQ=='],
        ['y', undefined],
      ],
      warnings: [],
    })
  })

  test('bring their call to the front, where the client put another first', () => {
    expect(signatures(G3, call('x'), { ...call('y'), ...signature('U0lHQQ==') }).calls).toEqual([
      ['y', 'U0lHQQ=='],
      ['x', undefined],
    ])
  })

  test('are not missed by models that do not want them', () => {
    expect(signatures(G2, call('x'))).toEqual({ calls: [['x', undefined]], warnings: [] })
  })

  test('with characters that are none of base64 count as lost', () => {
    const { calls, warnings } = signatures(G3, { ...call('x'), ...signature('no signature!') })
    expect(calls).toEqual([['x', PLACEHOLDER]])
    expect(warnings[0]).toBe('messages[1].tool_calls=not a thought signature, not sent')
  })

  test.for([
    [G3, 'U0lHQQ==', []],
    [G2, PLACEHOLDER, ['messages[1].tool_calls=signed by another model, not sent', SKIPPED]],
  ] as const)('of %s go back as %s', ([model, expected, warnings]) => {
    const signed = { extra_content: { google: { thought_signature: 'U0lHQQ==', model } } }
    expect(signatures(G3, { ...call('x'), ...signed })).toEqual({ calls: [['x', expected]], warnings })
  })

  const origin = { format: 'google-gemini-v1', model: G3 }
  const spoken = (...blocks: Block[]) => {
    const warnings: string[] = []
    const messages = [
      { role: 'user', content: 'a' },
      { role: 'assistant', blocks },
      { role: 'user', content: 'b' },
    ] as const
    return { parts: encoded({ model: G3, stream: false, messages }, warnings).body.contents[1].parts, warnings }
  }

  test('of words, thoughts, pictures and empty texts go back where they were', () => {
    const { parts, warnings } = spoken(
      { type: 'reasoning', text: 'Hm.', origin },
      { type: 'reasoning', text: 'Aha.', signature: 'AAAA', origin },
      { type: 'text', text: 'Look.' },
      { type: 'reasoning', text: '', signature: 'BBBB', origin },
      { type: 'media', kind: 'image', mime: 'image/png', text: 'iVBORw0KGgo=' },
      { type: 'reasoning', text: '', signature: 'CCCC', origin },
      { type: 'reasoning', text: '', signature: 'DDDD', origin, extra: { text: '' } },
    )
    expect(parts).toEqual([
      { text: 'Aha.', thought: true, thoughtSignature: 'AAAA' },
      { text: 'Look.', thoughtSignature: 'BBBB' },
      { inlineData: { mimeType: 'image/png', data: 'iVBORw0KGgo=' }, thoughtSignature: 'CCCC' },
      { text: '', thoughtSignature: 'DDDD' },
    ])
    expect(warnings).toEqual([])
  })

  test.for([
    ['another provider', { format: 'anthropic-claude-v1', model: G3 }],
    ['another model', { format: 'google-gemini-v1', model: G2 }],
    ['nobody knows whom', undefined],
  ] as const)('of %s are not sent', ([, origin]) => {
    const { parts, warnings } = spoken(
      { type: 'reasoning', text: 'Hm.', signature: 'AAAA', ...(origin && { origin }) },
      { type: 'text', text: 'Look.' },
    )
    expect(parts).toEqual([{ text: 'Look.' }])
    expect(warnings).toEqual(['messages[1].reasoning=not of this model, not sent'])
  })

  test('of words that are gone are not put elsewhere', () => {
    const { parts, warnings } = spoken(
      { type: 'reasoning', text: '', signature: 'AAAA', origin },
      { type: 'text', text: 'Look.' },
    )
    expect(parts).toEqual([{ text: 'Look.' }])
    expect(warnings).toEqual(['messages[1].reasoning=what it signs is gone, not sent'])
  })

  test('of calls may come among the thoughts, as OpenRouter has it', () => {
    const details = [{ type: 'reasoning.encrypted', data: 'U0lH', id: 'x', format: 'google-gemini-v1', index: 0 }]
    const messages = [
      user('a'),
      assistant(null, { tool_calls: [call('x')], reasoning_details: details }),
      tool('x', '1'),
    ]
    const { body, warnings } = sent({ model: G3, tools: [f], messages })
    expect(body.contents[1].parts[0].thoughtSignature).toBe('U0lH')
    expect(warnings).toEqual([])
  })

  test('stay inside what only the provider understands', () => {
    const part = { executableCode: { language: 'PYTHON', code: '1' }, thoughtSignature: 'AAAA' }
    const { parts } = spoken({ type: 'opaque', text: JSON.stringify(part), origin }, { type: 'text', text: 'One.' })
    expect(parts).toEqual([part, { text: 'One.' }])
  })
})

describe('media', () => {
  const parts = (part: unknown, model = G2) => sent({ model, messages: [user([part])] })
  const image = (url: string, detail?: string) => ({ type: 'image_url', image_url: { url, ...(detail && { detail }) } })
  const file = (members: unknown) => ({ type: 'file', file: members })
  const audio = { type: 'input_audio', input_audio: { data: 'UklGRg==', format: 'mp3' } }
  const inline = (mimeType: string, data: string) => ({ inlineData: { mimeType, data } })

  test.for([
    [image('data:image/jpg;base64,/9j/4AAQ'), inline('image/jpeg', '/9j/4AAQ')],
    [audio, inline('audio/mp3', 'UklGRg==')],
    [
      file({ filename: 'a.pdf', file_data: 'data:application/pdf;base64,JVBERi0=' }),
      inline('application/pdf', 'JVBERi0='),
    ],
    [file({ filename: 'clip.mp4', file_data: 'AAAA' }), inline('video/mp4', 'AAAA')],
    [
      file({ file_id: 'files/abc-1' }),
      { fileData: { fileUri: 'https://generativelanguage.googleapis.com/v1beta/files/abc-1' } },
    ],
    [
      image('https://www.youtube.com/watch?v=9hE5-98ZeCg'),
      { fileData: { mimeType: 'video/mp4', fileUri: 'https://www.youtube.com/watch?v=9hE5-98ZeCg' } },
    ],
  ])('%j is sent as %j', ([part, native]) => {
    expect(parts(part).body.contents[0].parts).toEqual([native])
  })

  test.for([
    [G3, 'low', { mediaResolution: { level: 'MEDIA_RESOLUTION_LOW' } }, []],
    [G3, 'auto', {}, []],
    [G2, 'high', {}, ['messages[0].content[0].image_url.detail=unsupported']],
  ] as const)('%s is asked to look as closely as "%s"', ([model, detail, native, warnings]) => {
    const result = parts(image('data:image/png;base64,iVBORw0KGgo=', detail), model)
    expect(result.body.contents[0].parts).toEqual([{ ...inline('image/png', 'iVBORw0KGgo='), ...native }])
    expect(result.warnings).toEqual(warnings)
  })

  test.for([
    [file({ file_id: 'file-abc' }), 'messages[0].content[0].file.file_id'],
    [file({ filename: 'a.bin', file_data: 'AAAA' }), 'messages[0].content[0].file'],
  ])('%j is refused', ([part, param]) => {
    expect(refused({ messages: [user([part])] })).toEqual({ param, code: 'unsupported_content_part' })
  })
})
