/**
 * Goldens: what the gateway was seen to do, reviewed by people, compared from then on.
 *
 * @module
 */
import assert from 'node:assert/strict'
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import type { Json, JsonObject } from '../canonical.ts'
import { isObject, parseJson } from '../wire/json.ts'

/** Compares a value with a golden, member for member in the same order; with `UPDATE=1` writes it instead. `undefined` means that there is no such file. */
export function golden(file: string, actual: Json | undefined): void {
  const text = actual === undefined ? undefined : `${print(actual)}\n`
  if (isUpdated(file, text)) return
  const expected = expectation(file)
  assert.deepEqual(actual, expected, `${file}: not what was seen before`)
  const known = expected === undefined ? undefined : `${print(expected)}\n`
  assert.equal(text, known, `${file}: the members are in another order`)
}

/** Compares a text with a golden, or writes it. */
export function goldenText(file: string, actual: string): void {
  if (!isUpdated(file, actual)) assert.equal(actual, known(file), `${file}: not what was seen before`)
}

function isUpdated(file: string, text: string | undefined): boolean {
  if (process.env['UPDATE'] !== '1') return false
  if (text === undefined) rmSync(file, { force: true })
  else if (text !== known(file)) writeFileSync(file, text)
  return true
}

/** What a golden holds; `undefined` where there is none. */
export function expectation(file: string): Json | undefined {
  const text = known(file)
  // The file is JSON, whose type this is.
  return text === undefined ? undefined : (parseJson(text) as Json)
}

function known(file: string): string | undefined {
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined
}

const WIDTH = 120

/** JSON for people: whatever fits on a line stands on one. */
function print(value: Json, indent = '', room = WIDTH): string {
  const line = inline(value)
  if (line.length + indent.length <= room || typeof value !== 'object' || value === null) return line
  const inner = `${indent}  `
  if (Array.isArray(value)) {
    const items = value.map((item: Json) => inner + print(item, inner, WIDTH - 1))
    return `[\n${items.join(',\n')}\n${indent}]`
  }
  const members = isObject(value) ? entries(value) : []
  if (members.length === 0) return line
  const lines = members.map(([key, member]) => {
    const head = `${JSON.stringify(key)}: `
    return inner + head + print(member, inner, WIDTH - 1 - head.length)
  })
  return `{\n${lines.join(',\n')}\n${indent}}`
}

function inline(value: Json): string {
  if (Array.isArray(value)) return `[${value.map((item: Json) => inline(item)).join(', ')}]`
  // Numbers that would be rounded are objects of the runtime's own, which it writes as they were.
  if (!isObject(value) || isRaw(value)) return JSON.stringify(value)
  const members = entries(value).map(([key, member]) => `${JSON.stringify(key)}: ${inline(member)}`)
  return members.length === 0 ? '{}' : `{ ${members.join(', ')} }`
}

function entries(value: JsonObject): readonly (readonly [string, Json])[] {
  return Object.entries(value).flatMap(([key, member]) => (member === undefined ? [] : [[key, member] as const]))
}

function isRaw(value: JsonObject): boolean {
  return JSON.stringify(value)[0] !== '{'
}
