import { describe, expect, test } from 'vitest'
import { createGuardedFetch, isPublic } from '../src/guarded-fetch.ts'
import { MediaError } from '../src/media.ts'

describe('an address', () => {
  test.each(['8.8.8.8', '1.1.1.1', '172.15.0.1', '172.32.0.1', '2606:4700::1111', '2a00:1450::1', '100.63.255.255'])(
    '%s is public',
    (address) => {
      expect(isPublic(address)).toBe(true)
    },
  )

  test.each([
    '127.0.0.1',
    '127.9.9.9',
    '0.0.0.0',
    '10.1.2.3',
    '172.16.0.1',
    '172.31.255.255',
    '192.168.1.1',
    '169.254.169.254',
    '100.64.0.1',
    '198.18.0.1',
    '224.0.0.1',
    '255.255.255.255',
    '::',
    '::1',
    '::ffff:127.0.0.1',
    '::ffff:8.8.8.8',
    '::ffff:a00:1',
    '64:ff9b::7f00:1',
    '2002:7f00:1::',
    'fc00::1',
    'fd00:ec2::254',
    'fe80::1',
    'fe80::1%eth0',
    'ff02::1',
    'not an address',
    '',
  ])('%s is not', (address) => {
    expect(isPublic(address)).toBe(false)
  })
})

describe('what is not fetched', () => {
  const fetchMedia = createGuardedFetch({ patience: 2000 })
  const refused = async (address: string, fetch = fetchMedia): Promise<string> => {
    const error: unknown = await fetch(new URL(address), new AbortController().signal).catch((error: unknown) => error)
    expect(error).toBeInstanceOf(MediaError)
    return error instanceof Error ? error.message : ''
  }

  test.each([
    ['http://example.com/a.png', 'only https'],
    ['file:///etc/passwd', 'only https'],
    ['ftp://example.com/a.png', 'only https'],
    ['https://user:secret@example.com/a.png', 'credentials'],
    ['https://127.0.0.1/a.png', 'not public'],
    ['https://2130706433/a.png', 'not public'],
    ['https://0x7f.1/a.png', 'not public'],
    ['https://[::1]/a.png', 'not public'],
    ['https://[::ffff:169.254.169.254]/latest/meta-data', 'not public'],
    ['https://169.254.169.254/latest/meta-data', 'not public'],
  ])('%s', async (address, reason) => {
    expect(await refused(address)).toContain(reason)
  })

  test('names that lead to this machine', async () => {
    expect(await refused('https://localhost/a.png')).toContain('not public')
  })

  test('hosts that are not among those allowed', async () => {
    const limited = createGuardedFetch({ hosts: ['images.example.com'] })
    expect(await refused('https://example.com/a.png', limited)).toContain('not among those')
  })
})
