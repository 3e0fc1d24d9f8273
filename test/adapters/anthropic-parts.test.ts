import { describe, expect, test } from 'vitest'
import { refused, sent, text, user } from './anthropic-rig.ts'

describe('media', () => {
  const image = (url: string) => ({ messages: [user([{ type: 'image_url', image_url: { url } }])] })
  const file = (part: object) => ({ messages: [user([text('Read'), { type: 'file', file: part }])] })

  test('a JPEG by its other name', () => {
    expect(sent(image('data:image/jpg;base64,/9j/')).body.messages[0].content[0].source.media_type).toBe('image/jpeg')
  })

  test.for(['data:image/svg+xml;base64,PHN2Zz4=', 'http://example.com/a.png'])('%s is refused', (url) => {
    expect(refused(image(url)).code).toBe('unsupported_content_part')
  })

  test('an address is passed on', () => {
    const { body } = sent(image('https://example.com/a.png'))
    expect(body.messages[0].content[0]).toEqual({
      type: 'image',
      source: { type: 'url', url: 'https://example.com/a.png' },
    })
  })

  test('a PDF is a document', () => {
    const { body } = sent(file({ filename: 'a.pdf', file_data: 'data:application/pdf;base64,JVBERi0=' }))
    expect(body.messages[0].content[1]).toEqual({
      type: 'document',
      source: { type: 'base64', media_type: 'application/pdf', data: 'JVBERi0=' },
      title: 'a.pdf',
    })
  })

  test('text of any kind is plain text', () => {
    const data = Buffer.from('# Grüße').toString('base64')
    const { body } = sent(file({ filename: 'a.md', file_data: `data:text/markdown;base64,${data}` }))
    expect(body.messages[0].content[1]).toEqual({
      type: 'document',
      source: { type: 'text', media_type: 'text/plain', data: '# Grüße' },
      title: 'a.md',
    })
  })

  test('an id of another file store is refused', () => {
    expect(refused(file({ file_id: 'file-abc' })).code).toBe('unsupported_content_part')
  })

  test('sound is refused', () => {
    const messages = [user([text('Hear'), { type: 'input_audio', input_audio: { data: 'AAAA', format: 'wav' } }])]
    expect(refused({ messages })).toEqual({ param: 'messages[0].content[1]', code: 'unsupported_content_part' })
  })

  test('a citing document and a structured answer do not go together', () => {
    const messages = [
      user([
        text('Read'),
        {
          type: 'file',
          file: { filename: 'a.pdf', file_data: 'data:application/pdf;base64,JVBERi0=' },
          citations: { enabled: true },
        },
      ]),
    ]
    const response_format = {
      type: 'json_schema',
      json_schema: { name: 'a', schema: { type: 'object', properties: {} } },
    }
    expect(sent({ messages }).body.messages[0].content[1].citations).toEqual({ enabled: true })
    const { body, warnings } = sent({ messages, response_format })
    expect(body.messages[0].content[1].citations).toBeUndefined()
    expect(warnings).toHaveLength(1)
  })
})
