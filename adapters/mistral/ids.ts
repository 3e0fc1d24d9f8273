/**
 * Ids of calls that came from elsewhere, made to fit: nine letters and digits, and nothing else.
 *
 * @see https://docs.mistral.ai/api/endpoint/chat (error 3280)
 * @module
 */
import { sha256 } from '../../src/wire/digest.ts'

/** Gives every id of a conversation the one the provider takes: the same for the same, another for another. */
export type CallIds = (told: string) => string

/** Ids for one conversation. Those that fit stay; of two that would become one, the later makes way. */
export function callIds(hash: (text: string) => string = nine): CallIds {
  const given = new Map<string, string>()
  const owners = new Map<string, string>()
  return (told) => {
    const known = given.get(told)
    if (known !== undefined) return known
    let source = told
    let id = FITTING.test(told) ? told : hash(told)
    while (owners.has(id)) id = hash((source += '\u0001'))
    given.set(told, id)
    owners.set(id, told)
    return id
  }
}

const FITTING = /^[a-zA-Z0-9]{9}$/u
const DIGITS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
const BASE = BigInt(DIGITS.length)

/** Nine digits to the base of 62 of a text's digest. To cut ids short instead would make one of those with a common prefix. */
function nine(text: string): string {
  let rest = BigInt(`0x${sha256(text)}`)
  let id = ''
  for (let place = 0; place < 9; place++) {
    id = DIGITS.charAt(Number(rest % BASE)) + id
    rest /= BASE
  }
  return id
}
