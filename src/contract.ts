/**
 * The contract suite: what every adapter promises, checked against fixtures. It imports no test runner.
 *
 * ```ts
 * import { contract } from 'dragoman/contract'
 * import { test } from 'vitest' // or node:test, bun:test
 *
 * for (const { name, run } of contract(mine({ apiKey: 'test' }), 'fixtures/mine')) test(name, run)
 * ```
 *
 * @module
 */
import { type Adapter, codecFor, type Schema } from './adapter.ts'
import { assertKnobs, assertOwed } from './contract/coverage.ts'
import { delivery } from './contract/delivery.ts'
import { embeddings } from './contract/embeddings.ts'
import { exchange } from './contract/exchange.ts'
import { type Fixture, readFixtures } from './contract/fixture.ts'
import { type Inheritance, inheritedCases, inheriting } from './contract/inherited.ts'
import { responses } from './contract/responses.ts'
import { isEmbeddings, type Pledge } from './contract/scene.ts'

export { CASES } from './contract/cases.ts'
export { type Fixture, readFixtures } from './contract/fixture.ts'
export type { Inheritance } from './contract/inherited.ts'

/** One promise, about one case or about the adapter as a whole. */
export interface Check {
  readonly name: string
  /** The case it is about. */
  readonly case?: string
  /** Rejects where the promise is broken. */
  run(): Promise<void>
}

/** What the suite may know besides the adapter. */
export interface ContractOptions {
  /** Judges the bodies that are sent, as strictly as the provider's API does. A zod schema is one. */
  readonly request?: Schema<unknown>
  /** Judges the bodies of requests for embeddings in the same way. */
  readonly embeddings?: Schema<unknown>
  /** Makes the adapter anew, for cases that say `options`. */
  readonly configure?: (options: Readonly<Record<string, unknown>>) => Adapter
  /** The adapter that this one is a dialect of: cases in which it is no different need not be shown again. */
  readonly inherits?: Inheritance
}

/** Every promise of an adapter, over every case of a folder. With `UPDATE=1` in the environment, `sent.json` and `told.json` are rewritten. */
export function* contract(adapter: Adapter, folder: string, options: ContractOptions = {}): Iterable<Check> {
  const fixtures = readFixtures(folder)
  const { inherits } = options
  const inherited = inherits ? inheritedCases(adapter, fixtures, inherits) : []
  const all = [...fixtures, ...inherited]
  yield { name: `${adapter.name}: shows every capability it claims`, run: async () => assertOwed(adapter, all) }
  yield { name: `${adapter.name}: turns every knob`, run: async () => assertKnobs(all) }
  yield* checks(adapter, fixtures, options, [...exchange, ...delivery, ...embeddings, ...responses])
  if (inherits) yield* checks(adapter, inherited, options, inheriting(inherits))
}

function* checks(
  adapter: Adapter,
  fixtures: readonly Fixture[],
  options: ContractOptions,
  pledges: readonly Pledge[],
): Iterable<Check> {
  for (const fixture of fixtures) {
    const own = adapterOf(fixture, adapter, options)
    const codec = codecFor(own, fixture.facts.model ?? '')
    const framing = codec?.framing ?? 'sse'
    const request = isEmbeddings({ fixture }) ? options.embeddings : options.request
    const scene = { adapter: own, fixture, codec, framing, ...(request && { request }) }
    for (const { says, applies, keep } of pledges) {
      if (applies(scene))
        yield { name: `${adapter.name}/${fixture.name}: ${says}`, case: fixture.name, run: () => keep(scene) }
    }
  }
}

function adapterOf({ name, facts }: Fixture, adapter: Adapter, { configure }: ContractOptions): Adapter {
  if (!facts.options) return adapter
  if (!configure) throw new Error(`The case ${name} has options of its own: pass configure.`)
  return configure(facts.options)
}
