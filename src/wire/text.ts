/**
 * Documents that are text: by their type, by their name, and as such.
 *
 * @module
 */

/** Whether a media type is one of text. */
export function isTextType(type: string): boolean {
  return /^text\/|^application\/(?:json|xml|yaml|javascript)$|\+(?:json|xml)$/u.test(type)
}

/** Whether the name of a file says that it holds text. */
export function isTextName(name: string): boolean {
  return /\.(?:txt|md|csv|json|xml|html?|ya?ml)$/iu.test(name)
}

/** The text that base64 holds; nothing where it is not UTF-8. */
export function decodeText(data: string): string | undefined {
  try {
    const bytes = Uint8Array.from(atob(data), (character) => character.charCodeAt(0))
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return undefined
  }
}
