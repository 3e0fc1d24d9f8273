/**
 * What a field comes to: the difference between two requests of which one has it.
 *
 * @module
 */
import type { Adapter } from '../../src/adapter.ts'
import type { Json } from '../../src/canonical.ts'
import { isObject } from '../../src/wire/json.ts'
import { attempt, type Attempt, type Made, type Refused } from './attempt.ts'
import type { Probe } from './probe.ts'

/** What became of a field. Where nothing did, it was lost. */
export interface Verdict {
  /** Where it went: members of the body, headers, the address. */
  readonly sent: readonly string[]
  /** How the gateway did it in the provider's place. */
  readonly emulated: readonly string[]
  /** Losses that were reported because of it, as `[param, reason]`. What was reported anyway is reported once. */
  readonly warned: readonly (readonly [param: string, reason: string])[]
  readonly refused?: Refused
  /** All losses that were reported. */
  readonly reported: Made['warnings']
}

/** Tries a field with a model. */
export async function judge(adapter: Adapter, model: string, probe: Probe, beside = {}): Promise<Verdict> {
  const whole = await attempt(adapter, model, { ...beside, ...probe.whole })
  const without = await attempt(adapter, model, { ...beside, ...probe.without })
  return compare(whole, without, { now: pieces(probe.whole), before: pieces(probe.without) })
}

/** Whether something came of a field: it was sent, done in another way, reported, or refused. */
export function isAnswered({ sent, emulated, reported, refused }: Verdict, { params }: Probe): boolean {
  // What a field needs beside it may be refused before the field comes up.
  if (refused) return true
  return (
    sent.length > 0 || emulated.length > 0 || reported.some(([named]) => params.some((param) => isAbout(named, param)))
  )
}

/** Whether a warning or an error is about a field: it names the field, something inside it, something it is inside of, or a member wherever it stands. */
export function isAbout(named: string, field: string): boolean {
  const isInside = (one: string, other: string): boolean =>
    one.startsWith(other) && /^(?:$|[.[])/u.test(one.slice(other.length))
  return isInside(named, field) || isInside(field, named) || field.endsWith(`.${named}`)
}

function compare(whole: Attempt, without: Attempt, asked: Asked): Verdict {
  const refused = [whole, without].find((one) => 'message' in one)
  if (refused) return { sent: [], emulated: [], warned: [], reported: [], refused }
  // Nothing but requests that were made is left.
  const [made, other] = [whole as Made, without as Made]
  const known = new Set(other.warnings.map((warning) => JSON.stringify(warning)))
  return {
    sent: [
      ...differences(other.body, made.body, asked),
      ...differences(other.headers, made.headers, asked).map((name) => `${name} header`),
      ...(made.path === other.path ? [] : ['URL']),
    ],
    emulated: emulations(made, other),
    reported: made.warnings,
    warned: unique(made.warnings.filter((warning) => !known.has(JSON.stringify(warning)))),
  }
}

function emulations(made: Made, other: Made): readonly string[] {
  const undone = (name: string): boolean => JSON.stringify(made.undo[name]) !== JSON.stringify(other.undo[name])
  const all: Readonly<Record<string, boolean>> = {
    [`${made.calls} calls`]: made.calls > other.calls,
    'fetched by the gateway': made.fetched.length > other.fetched.length,
    'by a forced tool': undone('answer'),
    'as a function': undone('custom'),
    'in words': undone('fenced'),
    'only the first call is told': undone('single'),
    'in the reply':
      made.told !== other.told && made.path === other.path && JSON.stringify(made.body) === JSON.stringify(other.body),
  }
  return Object.keys(all).filter((how) => all[how])
}

function unique<T>(all: readonly T[]): readonly T[] {
  const seen = new Set<string>()
  return all.filter((one) => !seen.has(JSON.stringify(one)) && seen.add(JSON.stringify(one)))
}

/** The paths of members that one body has and the other has not, or not so; those that it lacks, where that is all. */
function differences(before: Json, after: Json, asked: Asked): readonly string[] {
  const all = [...new Set(changes(before, after, '', asked))]
  const gained = all.filter((path) => !path.startsWith('−'))
  const named = gained.length > 0 ? gained : all
  return named.filter((path) => !named.some((other) => other.startsWith(`${path}.`) || other.startsWith(`${path} `)))
}

/** What stands in a request as JSON, in the one with the field and in the other. */
interface Asked {
  readonly now: ReadonlySet<string>
  readonly before: ReadonlySet<string>
}

/** What is told as it was asked is not taken apart, unless it was asked otherwise before. */
function changes(before: Json | undefined, after: Json | undefined, path: string, asked: Asked): readonly string[] {
  const said = JSON.stringify(after)
  if (JSON.stringify(before) === said) return []
  if (after === undefined) return [`−${path}`]
  if (Array.isArray(after) && (Array.isArray(before) || before === undefined))
    return items(before ?? [], after, path, asked)
  const isVerbatim = asked.now.has(said) && !asked.before.has(JSON.stringify(before) ?? '')
  if (!isObject(after) || isVerbatim || !(isObject(before) || before === undefined)) return [path]
  const names = Object.keys({ ...before, ...after })
  // Something new is named where it begins to be of several parts, unless that is all too soon.
  const isContainer = !/[.[]/u.test(path) && !('type' in after)
  if (before === undefined && names.length !== 1 && !isContainer) return [path]
  return names.flatMap((name) =>
    // JSON, which has no members but these.
    changes((before as Members)?.[name], (after as Members)[name], path === '' ? name : `${path}.${name}`, asked),
  )
}

type Members = Readonly<Record<string, Json | undefined>>

/** What is in another place of a list is not for that reason another thing. Things of several kinds are named by theirs. */
function items(before: readonly Json[], after: readonly Json[], list: string, asked: Asked): readonly string[] {
  const path = `${list}[]`
  if (before.length === after.length) return after.flatMap((one, index) => changes(before[index], one, path, asked))
  const known = new Set(before.map((one) => JSON.stringify(one)))
  const added = after.filter((one) => !known.has(JSON.stringify(one)))
  if (added.length === 0) return [`−${path}`]
  return added.flatMap((one) => {
    if (!isObject(one)) return [list]
    const kind = one['type'] ?? one['role']
    return typeof kind === 'string' ? [`${path} ${kind}`] : changes(undefined, one, path, asked)
  })
}

/** Every object inside another one, as JSON. */
function pieces(value: Json): ReadonlySet<string> {
  const inner: readonly Json[] = Array.isArray(value) ? value : Object.values(isObject(value) ? value : {})
  return new Set(inner.flatMap((one) => [...(isObject(one) ? [JSON.stringify(one)] : []), ...pieces(one)]))
}
