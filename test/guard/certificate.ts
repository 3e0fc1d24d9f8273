import { createSign, generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto'

/** A certificate that signs itself, and its key, in PEM. */
export interface Certificate {
  readonly cert: string
  readonly key: string
}

/** Makes a certificate for names and addresses, good for a day; or one that ran out yesterday. */
export function certify(names: readonly string[], { expired = false } = {}): Certificate {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const day = 24 * 60 * 60 * 1000
  const end = Date.now() + (expired ? -day : day)
  const name = sequence(set(sequence(oid('550403'), tagged(0x0c, Buffer.from('Dragoman test')))))
  const authority = sequence(
    oid('551d13'),
    tagged(0x01, Buffer.of(0xff)),
    octets(sequence(tagged(0x01, Buffer.of(0xff)))),
  )
  const covered = sequence(oid('551d11'), octets(sequence(...names.map(alternative))))
  const body = sequence(
    tagged(0xa0, integer(Buffer.of(2))),
    integer(Buffer.concat([Buffer.of(1), randomBytes(8)])),
    ECDSA,
    name,
    sequence(time(end - 2 * day), time(end)),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    tagged(0xa3, sequence(authority, covered)),
  )
  const whole = sequence(body, ECDSA, tagged(0x03, Buffer.concat([Buffer.of(0), signed(body, privateKey)])))
  const lines = whole
    .toString('base64')
    .match(/.{1,64}/gu)
    ?.join('\n')
  return {
    cert: `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`,
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  }
}

function signed(body: Buffer, key: KeyObject): Buffer {
  return createSign('sha256').update(body).sign(key)
}

/** DER: a tag, a length, and what is in it. */
function tagged(tag: number, content: Buffer): Buffer {
  const { length } = content
  const size = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 255]
  return Buffer.concat([Buffer.of(tag, ...size), content])
}

function sequence(...items: readonly Buffer[]): Buffer {
  return tagged(0x30, Buffer.concat(items))
}

function set(item: Buffer): Buffer {
  return tagged(0x31, item)
}

function octets(content: Buffer): Buffer {
  return tagged(0x04, content)
}

function integer(bytes: Buffer): Buffer {
  return tagged(0x02, bytes)
}

function oid(hex: string): Buffer {
  return tagged(0x06, Buffer.from(hex, 'hex'))
}

function time(milliseconds: number): Buffer {
  const text = new Date(milliseconds).toISOString().replaceAll(/[-:T]|\.\d+/gu, '')
  return tagged(0x18, Buffer.from(text))
}

/** A name, or an address of IPv4, that a certificate is for. */
function alternative(name: string): Buffer {
  const bytes = /^[\d.]+$/u.test(name) ? Buffer.from(name.split('.').map(Number)) : undefined
  return bytes ? tagged(0x87, bytes) : tagged(0x82, Buffer.from(name))
}

/** ecdsa-with-SHA256. */
const ECDSA = sequence(oid('2a8648ce3d040302'))
