import { describe, expect, test } from 'vitest'
import { sniff, sniffBase64 } from '../../src/wire/sniff.ts'

/** Sixteen bytes or more, from hexadecimal, with zeros behind. */
function bytes(beginning: string): Buffer {
  return Buffer.from(beginning.replaceAll(' ', '').padEnd(40, '0'), 'hex')
}

describe('media by their first bytes', () => {
  test.each([
    ['image/png', '89504e470d0a1a0a'],
    ['image/jpeg', 'ffd8ffe0'],
    ['image/jpeg', 'ffd8ffdb'],
    ['image/gif', '474946383761'],
    ['image/gif', '474946383961'],
    ['image/webp', '52494646 11223344 57454250'],
    ['image/bmp', '424d 11223344 0000 0000'],
    ['image/tiff', '49492a00'],
    ['image/tiff', '4d4d002a'],
    ['image/heic', '00000018 66747970 68656963'],
    ['image/heic', '00000018 66747970 6d696631'],
    ['image/avif', '0000001c 66747970 61766966'],
    ['application/pdf', '255044462d312e37'],
    ['audio/wav', '52494646 11223344 57415645'],
    ['audio/mpeg', '494433'],
    ['audio/mpeg', 'fffb'],
    ['audio/aac', 'fff1'],
    ['audio/ogg', '4f676753'],
    ['audio/flac', '664c6143'],
    ['audio/mp4', '0000001c 66747970 4d344120'],
    ['video/mp4', '00000018 66747970 69736f6d'],
    ['video/quicktime', '00000014 66747970 71742020'],
    ['video/x-msvideo', '52494646 11223344 41564920'],
    ['video/webm', '1a45dfa3'],
    ['video/mpeg', '000001ba'],
    ['video/x-flv', '464c5601'],
    ['video/x-ms-wmv', '3026b2758e66cf11'],
  ])('are %s', (mime, beginning) => {
    expect(sniff(bytes(beginning))).toBe(mime)
    expect(sniffBase64(bytes(beginning).toString('base64'))).toBe(mime)
  })

  test.each([
    '',
    'BMW builds cars.',
    'GIF is a format',
    'RIFF is a container',
    '<svg/>',
    '<!doctype html>',
    '{}',
    '%',
    'ID',
    '\uFEFFtext',
  ])('are not known where they say nothing: %j', (text) => {
    expect(sniff(Buffer.from(text))).toBeUndefined()
    expect(sniffBase64(Buffer.from(text).toString('base64'))).toBeUndefined()
  })

  test('are known from as little as there is', () => {
    expect(sniffBase64('/9j/')).toBe('image/jpeg')
    expect(sniffBase64('JVBERi0')).toBe('application/pdf')
  })

  test('are not known of what is no base64', () => {
    expect(sniffBase64('@@@@')).toBeUndefined()
    expect(sniffBase64('https://example.com/a.png')).toBeUndefined()
  })
})
