import { describe, expect, test } from 'vitest'
import type { Message } from '../../src/canonical.ts'
import {
  assistant,
  call,
  calls,
  CLAUDE,
  encoded,
  f,
  LLAMA,
  NOVA,
  refused,
  sent,
  system,
  text,
  tool,
  user,
} from './bedrock-rig.ts'

const KIMI = 'moonshot.kimi-k2-thinking'
const PIXTRAL = 'us.mistral.pixtral-large-2502-v1:0'
const PNG = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='
const image = { type: 'image_url', image_url: { url: `data:image/png;base64,${PNG}` } }
const file = (filename: string, data = 'data:application/pdf;base64,JVBERi0xLjQ=') => ({
  type: 'file',
  file: { filename, file_data: data },
})
const messagesOf = (messages: readonly object[], model = CLAUDE, rest = {}) =>
  sent({ model, messages, tools: [f], ...rest }).body.messages

describe('turns', () => {
  test('results come in the order of their calls, and what follows joins them', () => {
    const messages = [user('a'), calls(call('x'), call('y')), tool('y', '2'), tool('x', '1'), user('go on')]
    expect(messagesOf(messages)[2]).toEqual({
      role: 'user',
      content: [
        { toolResult: { toolUseId: 'x', content: [{ text: '1' }] } },
        { toolResult: { toolUseId: 'y', content: [{ text: '2' }] } },
        { text: 'go on' },
      ],
    })
  })

  const answered = [user('a'), calls(call('x')), tool('x', '1')]

  test.for([
    ['text', 'joins', CLAUDE, text('b'), ['user', 'assistant', 'user']],
    ['a picture', 'joins', CLAUDE, image, ['user', 'assistant', 'user']],
    ['a document', 'is kept from', CLAUDE, file('a.pdf'), ['user', 'assistant', 'user', 'assistant', 'user']],
    ['text', 'is kept from', LLAMA, text('b'), ['user', 'assistant', 'user', 'assistant', 'user']],
    ['a document', 'joins', NOVA, file('a.pdf'), ['user', 'assistant', 'user']],
  ] as const)('%s %s the results: %s', ([, , model, part, roles]) => {
    const turns = messagesOf([...answered, user([part])], model)
    expect(turns.map(({ role }: { role: string }) => role)).toEqual(roles)
  })

  test('what keeps two turns of the user apart is the least the model can say', () => {
    expect(messagesOf([...answered, user('b')], LLAMA)[3]).toEqual({ role: 'assistant', content: [{ text: '.' }] })
  })

  test.for([
    ['us.amazon.nova-micro-v1:0', 'user'],
    [CLAUDE, 'assistant'],
  ] as const)('a conversation that %s begins starts with the %s', ([model, role]) => {
    const { body, warnings } = sent({ model, messages: [assistant('Hello.'), user('Hi.')] })
    expect(body.messages[0].role).toBe(role)
    expect(warnings).toHaveLength(role === 'user' ? 1 : 0)
  })

  test('instructions at the head are apart, later ones are passed on by the user', () => {
    const { body } = sent({
      messages: [system('A'), { role: 'developer', content: 'B' }, system(''), user('a'), system('C')],
    })
    expect(body.system).toEqual([{ text: 'A' }, { text: 'B' }])
    expect(body.messages).toEqual([
      { role: 'user', content: [{ text: 'a' }, { text: '<system_message>\nC\n</system_message>' }] },
    ])
  })

  test('where there are only instructions the last one is the question', () => {
    const { body } = sent({ messages: [system('A'), system('B')] })
    expect(body.system).toEqual([{ text: 'A' }])
    expect(body.messages).toEqual([{ role: 'user', content: [{ text: 'B' }] }])
  })

  test('an assistant who said nothing is left out, a user is not', () => {
    const { body, warnings } = sent({ messages: [user('a'), assistant(''), user(' ')] })
    expect(body.messages).toEqual([{ role: 'user', content: [{ text: 'a' }] }])
    expect(warnings).toEqual([])
    const alone = sent({ messages: [user(' ')] })
    expect(alone.body.messages).toEqual([{ role: 'user', content: [{ text: '.' }] }])
    expect(alone.warnings).toEqual(['messages[0].content=empty, sent as "."'])
  })

  test('a reply that is begun is gone on from where the model can', () => {
    const begun = [user('a'), assistant('Once ')]
    expect(sent({ messages: begun }).body.messages[1].content).toEqual([{ text: 'Once' }])
    const asked = sent({ messages: begun, model: 'us.anthropic.claude-sonnet-4-6' })
    expect(asked.body.messages[2]).toEqual({ role: 'user', content: [{ text: 'Continue.' }] })
    expect(asked.warnings).toHaveLength(1)
  })
})

describe('results', () => {
  const result = (content: unknown, model = CLAUDE, rest = {}) =>
    messagesOf([user('a'), calls(call('x')), tool('x', content, rest)], model)[2].content

  test('are never empty', () => {
    expect(result('')[0].toolResult.content).toEqual([{ text: '(no output)' }])
  })

  test('hold pictures where the model reads them there', () => {
    expect(result([text('see'), image])[0].toolResult.content).toEqual([
      { text: 'see' },
      { image: { format: 'png', source: { bytes: PNG } } },
    ])
    expect(result([text('see'), image], KIMI)).toEqual([
      { toolResult: { toolUseId: 'x', content: [{ text: 'see' }] } },
      { image: { format: 'png', source: { bytes: PNG } } },
    ])
    const turns = messagesOf([user('a'), calls(call('x')), tool('x', [image])], PIXTRAL)
    expect(turns[2].content[0].toolResult.content).toEqual([{ text: 'See below.' }])
    expect(turns.map(({ role }: { role: string }) => role)).toEqual(['user', 'assistant', 'user', 'assistant', 'user'])
  })

  test('tell that a tool failed where the model can be told', () => {
    const message: Message = { role: 'tool', id: 'x', content: '', failed: true }
    const history: Message[] = [
      { role: 'user', content: 'a' },
      { role: 'assistant', blocks: [{ type: 'tool', id: 'x', name: 'f', text: '{}' }] },
      message,
    ]
    const native = encoded({ model: CLAUDE, stream: false, messages: history }).body.messages[2].content[0]
    expect(native.toolResult).toMatchObject({ status: 'error', content: [{ text: '(no output)' }] })
    const llama = encoded({ model: LLAMA, stream: false, messages: history })
    expect(llama.body.messages[2].content[0].toolResult.status).toBeUndefined()
    expect(llama.warnings).toContain('messages[2].is_error=unsupported by this model')
  })
})

describe('calls', () => {
  const idOf = (id: string, model: string): string =>
    messagesOf([user('a'), calls(call(id)), tool(id, '1')], model)[1].content[0].toolUse.toolUseId

  test.for([
    [CLAUDE, 'tooluse_a-1', /^tooluse_a-1$/u],
    [KIMI, 'functions.get_temperature:0', /^functions\.get_temperature:0$/u],
    [CLAUDE, 'a b', /^call_[0-9a-f]{24}$/u],
    [PIXTRAL, 'getphoto1', /^getphoto1$/u],
    [PIXTRAL, 'tooluse_0123456789abcdefghij-_', /^tooluse_0123456789abcdefghij-_$/u],
    [PIXTRAL, 'tooluse_a-1', /^[0-9a-f]{9}$/u],
  ] as const)('%s knows %s by %s', ([model, id, expected]) => {
    expect(idOf(id, model)).toMatch(expected)
  })

  test('with one id are told apart', () => {
    const twice = [user('a'), calls(call('x')), tool('x', '1'), calls(call('x')), tool('x', '2')]
    const turns = messagesOf(twice)
    const ids = [1, 3].map((index) => turns[index].content[0].toolUse.toolUseId)
    expect(new Set(ids).size).toBe(2)
    expect(turns[4].content[0].toolResult.toolUseId).toBe(ids[1])
  })

  test.for([
    ['', {}, 0],
    ['{"a":1}', { a: 1 }, 0],
    ['{"a":', { _raw: '{"a":' }, 1],
    ['[1]', { _value: [1] }, 1],
  ] as const)('have arguments %j', ([args, input, losses]) => {
    const { body, warnings } = sent({ messages: [user('a'), calls(call('x', args)), tool('x', '1')], tools: [f] })
    expect(body.messages[1].content[0].toolUse.input).toEqual(input)
    expect(warnings).toHaveLength(losses)
  })
})

describe('thoughts', () => {
  const entry = (rest: object) => ({
    type: 'reasoning.text',
    text: 'T',
    format: 'bedrock-converse',
    model: CLAUDE,
    ...rest,
  })
  const said = (...reasoning_details: object[]) =>
    sent({
      messages: [user('a'), assistant(null, { reasoning_details, tool_calls: [call('x')] }), tool('x', '1')],
      tools: [f],
    })

  test('go back first, word for word, with their signatures', () => {
    const redacted = { type: 'reasoning.encrypted', data: 'UmVk', format: 'bedrock-converse', model: CLAUDE }
    const { body, warnings } = said(entry({ signature: 'S' }), redacted)
    expect(body.messages[1].content.slice(0, 2)).toEqual([
      { reasoningContent: { reasoningText: { text: 'T', signature: 'S' } } },
      { reasoningContent: { redactedContent: 'UmVk' } },
    ])
    expect(body.messages[1].content[2].toolUse).toBeDefined()
    expect(warnings).toEqual([])
  })

  test('go back to the same model in another place', () => {
    expect(said(entry({ signature: 'S', model: CLAUDE.replace('us.', 'global.') })).warnings).toEqual([])
  })

  test.for([
    [entry({})],
    [entry({ signature: 'S', format: 'anthropic-claude-v1' })],
    [entry({ signature: 'S', model: 'us.anthropic.claude-sonnet-4-6' })],
  ])('%j are not sent', ([detail]) => {
    const { text, warnings } = said(detail!)
    expect(text).not.toContain('reasoningContent')
    expect(warnings).toEqual(['messages[1].reasoning=not signed by this model, not sent'])
  })

  test('are never pasted as text', () => {
    const messages = [user('a'), assistant('b', { reasoning_content: 'secret' }), user('c')]
    expect(sent({ messages, model: KIMI }).text).not.toContain('secret')
  })
})

describe('documents', () => {
  const documentOf = (part: object) => messagesOf([user([text('a'), part])])[0].content[1].document

  test.for([
    ['Q3.report (final)_v2.pdf', 'Q3-report (final)-v2'],
    ['a  b.pdf', 'a b'],
    ['Übersicht.pdf', '-bersicht'],
    ['報告.pdf', 'Document 1'],
  ] as const)('%s is called %s', ([filename, name]) => {
    expect(documentOf(file(filename)).name).toBe(name)
  })

  test('have names of their own, and words beside them', () => {
    const { content } = messagesOf([user([file('a.pdf'), file('a.pdf')])])[0]
    expect(content[0]).toEqual({ text: 'See the attached document.' })
    expect(content.slice(1).map(({ document }: { document: { name: string } }) => document.name)).toEqual([
      'a',
      'a (2)',
    ])
  })

  test.for([
    [file('a.csv', 'data:text/csv;base64,YQ=='), 'csv'],
    [file('a.json', 'data:application/json;base64,e30='), 'txt'],
    [file('a.docx', 'data:application/octet-stream;base64,YQ=='), 'docx'],
    [file('a.md', 'data:text/markdown;base64,YQ=='), 'md'],
  ] as const)('%j are of the format %s', ([part, format]) => {
    expect(documentOf(part).format).toBe(format)
  })

  test('that move are videos', () => {
    const video = file('a.mp4', 'data:video/mp4;base64,YQ==')
    expect(messagesOf([user([text('a'), video])], NOVA)[0].content[1]).toEqual({
      video: { format: 'mp4', source: { bytes: 'YQ==' } },
    })
  })

  test.for([
    [file('a.zip', 'data:application/zip;base64,YQ=='), '.file'],
    [{ type: 'file', file: { file_id: 'file-1' } }, '.file'],
    [{ type: 'image_url', image_url: { url: 'data:image/svg+xml;base64,YQ==' } }, '.image_url'],
    [{ type: 'image_url', image_url: { url: 's3://bucket-1/picture' } }, '.image_url'],
    [{ type: 'input_audio', input_audio: { data: 'YQ==', format: 'wav' } }, ''],
  ])('%j is refused', ([part, place]) => {
    expect(refused({ messages: [user([text('a'), part])] }).param).toBe(`messages[0].content[1]${place as string}`)
  })
})

describe('pictures', () => {
  test('are sent as bytes, of the type they are', () => {
    const jpg = { type: 'image_url', image_url: { url: 'data:image/jpg;base64,/9j/4A==', detail: 'low' } }
    const { body, warnings } = sent({ messages: [user([jpg])] })
    expect(body.messages[0].content).toEqual([{ image: { format: 'jpeg', source: { bytes: '/9j/4A==' } } }])
    expect(warnings).toEqual(['messages[0].content[0].image_url.detail=unsupported'])
  })

  test('that lie in a bucket are fetched by the provider', () => {
    const part = { type: 'image_url', image_url: { url: 's3://bucket-1/a/picture.PNG' } }
    expect(messagesOf([user([part])], NOVA)[0].content).toEqual([
      { image: { format: 'png', source: { s3Location: { uri: 's3://bucket-1/a/picture.PNG' } } } },
    ])
  })
})

test('sound is sent to models that hear', () => {
  const part = { type: 'input_audio', input_audio: { data: 'YQ==', format: 'mp3' } }
  const messages = [user([text('a'), part])]
  expect(sent({ messages, model: 'mistral.voxtral-mini-3b-2507' }).body.messages[0].content[1]).toEqual({
    audio: { format: 'mp3', source: { bytes: 'YQ==' } },
  })
})
