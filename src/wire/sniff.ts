/**
 * Telling media by their first bytes.
 *
 * @module
 */

/** What files begin with, in hexadecimal (`..` for any byte), and what they are then. @see https://mimesniff.spec.whatwg.org */
const BEGINNINGS: readonly (readonly [beginning: RegExp, mime: string])[] = [
  [/^89504e470d0a1a0a/u, 'image/png'],
  [/^ffd8ff/u, 'image/jpeg'],
  [/^47494638(?:37|39)61/u, 'image/gif'],
  [/^52494646.{8}57454250/u, 'image/webp'],
  // Two bytes that are letters would be little; the two reserved numbers behind the size are 0.
  [/^424d.{8}0{8}/u, 'image/bmp'],
  [/^(?:49492a00|4d4d002a)/u, 'image/tiff'],
  [/^.{8}66747970(?:68656963|68656978|6d696631)/u, 'image/heic'],
  [/^.{8}6674797061766966/u, 'image/avif'],
  [/^25504446/u, 'application/pdf'],
  [/^52494646.{8}57415645/u, 'audio/wav'],
  [/^(?:494433|fff[23ab])/u, 'audio/mpeg'],
  [/^fff[19]/u, 'audio/aac'],
  [/^4f676753/u, 'audio/ogg'],
  [/^664c6143/u, 'audio/flac'],
  [/^.{8}667479704d344120/u, 'audio/mp4'],
  [/^.{8}6674797071742020/u, 'video/quicktime'],
  [/^.{8}66747970/u, 'video/mp4'],
  [/^1a45dfa3/u, 'video/webm'],
  [/^000001b[3a]/u, 'video/mpeg'],
  [/^464c5601/u, 'video/x-flv'],
  [/^52494646.{8}41564920/u, 'video/x-msvideo'],
  [/^3026b2758e66cf11/u, 'video/x-ms-wmv'],
]

/** How many bytes are enough to tell. */
const ENOUGH = 16

/** What kind of media bytes are, where their beginning says so. */
export function sniff(bytes: Uint8Array): string | undefined {
  const beginning = Array.from(bytes.subarray(0, ENOUGH), (byte) => byte.toString(16).padStart(2, '0')).join('')
  return BEGINNINGS.find(([pattern]) => pattern.test(beginning))?.[1]
}

/** What kind of media base64 holds, where its beginning says so. */
export function sniffBase64(data: string): string | undefined {
  try {
    // Four characters are three bytes.
    const text = atob(data.slice(0, Math.ceil(ENOUGH / 3) * 4))
    return sniff(Uint8Array.from(text, (character) => character.charCodeAt(0)))
  } catch {
    return undefined
  }
}
