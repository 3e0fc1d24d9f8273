/**
 * Calls whose arguments stream, value by value, each with the path it belongs to.
 *
 * @see https://cloud.google.com/vertex-ai/generative-ai/docs/multimodal/function-calling#streaming-fc
 * @module
 */
import type { Json } from '../../src/canonical.ts'
import type { WireFunctionCall, WirePartialArg } from './wire.ts'

/** A call as far as it has come. */
export interface OpenCall {
  readonly id: string | undefined
  readonly name: string
  readonly signature: string | undefined
  readonly args: Tree
}

type Tree = { [key: string]: Value }
type Value = Json | Tree | Value[]

/** Begins a call. */
export function openCall({ id, name }: WireFunctionCall, signature: string | undefined): OpenCall {
  return { id: id ?? undefined, name: name ?? '', signature, args: tree() }
}

/** Whether a call goes on in later parts. */
export function isOpen({ willContinue, partialArgs, args, name }: WireFunctionCall): boolean {
  return willContinue === true || (partialArgs != null && args == null && name == null)
}

/** Puts the pieces of a part where they belong. */
export function grow({ args }: OpenCall, { partialArgs }: WireFunctionCall): void {
  for (const piece of partialArgs ?? []) {
    const path = pathOf(piece.jsonPath ?? '')
    if (path.length > 0) put(args, path, piece)
  }
}

/** Longer lists than this no model writes; a path that names one is a mistake. */
const LONGEST = 10_000

function put(root: Tree, path: readonly (string | number)[], piece: WirePartialArg): void {
  let place: Tree | Value[] = root
  for (const [depth, key] of path.entries()) {
    if (typeof key === 'number' && (!Array.isArray(place) || key > LONGEST)) return
    if (typeof key === 'string' && Array.isArray(place)) return
    if (depth === path.length - 1) {
      set(place, key, joined(get(place, key), piece))
      return
    }
    const next: Value | undefined = get(place, key)
    const inner: Tree | Value[] =
      isTree(next) || Array.isArray(next) ? next : typeof path[depth + 1] === 'number' ? [] : tree()
    if (inner !== next) set(place, key, inner)
    place = inner
  }
}

/** A text grows; any other value comes whole. */
function joined(before: Value | undefined, { stringValue, numberValue, boolValue }: WirePartialArg): Json {
  if (stringValue !== undefined) return typeof before === 'string' ? before + stringValue : stringValue
  return numberValue ?? boolValue ?? null
}

function get(place: Tree | Value[], key: string | number): Value | undefined {
  return Array.isArray(place) ? place[Number(key)] : place[key]
}

function set(place: Tree | Value[], key: string | number, value: Value): void {
  if (Array.isArray(place)) place[Number(key)] = value
  else place[key] = value
}

/** An object that inherits nothing, so that no name of a member means more than itself. */
function tree(): Tree {
  return Object.create(null)
}

function isTree(value: Value | undefined): value is Tree {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The keys of a JSONPath like `$.places[0]['zip code']`. @see https://www.rfc-editor.org/rfc/rfc9535 */
function pathOf(path: string): readonly (string | number)[] {
  const keys = path.matchAll(/\.([^.[\]]+)|\[(\d+)\]|\['((?:[^'\\]|\\.)*)'\]|\["((?:[^"\\]|\\.)*)"\]/gu)
  return [...keys].map(([, name, index, single, double]) => {
    if (index !== undefined) return Number(index)
    return name ?? (single ?? double ?? '').replace(/\\(.)/gu, '$1')
  })
}
