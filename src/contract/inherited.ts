/**
 * Cases a dialect need not show itself: those in which it says and tells the same as the adapter it is a dialect of. Where
 * it differs, the case is its own to show.
 *
 * @module
 */
import assert from 'node:assert/strict'
import { join } from 'node:path'
import type { Adapter } from '../adapter.ts'
import type { JsonObject } from '../canonical.ts'
import { isObject } from '../wire/json.ts'
import { owed } from './coverage.ts'
import { assertTold, exchange } from './exchange.ts'
import { embeddings } from './embeddings.ts'
import { type Fixture, readFixtures } from './fixture.ts'
import { expectation } from './golden.ts'
import { responses } from './responses.ts'
import { isChat, isEmbeddings, type Pledge } from './scene.ts'
import { stage, whole } from './stage.ts'

/** The adapter that another is a dialect of. */
export interface Inheritance {
  /** The folder of its cases. */
  readonly folder: string
  /** A body of the dialect in the words of that adapter: names of members, and nothing that changes what is said. */
  restate(body: JsonObject): JsonObject
}

/** The cases an adapter owes and does not show itself. */
export function inheritedCases(
  adapter: Adapter,
  shown: readonly Fixture[],
  { folder }: Inheritance,
): readonly Fixture[] {
  const own = new Set(shown.map(({ name }) => name))
  const missing = new Set(owed(adapter).filter((name) => !own.has(name)))
  return readFixtures(folder).filter(({ name }) => missing.has(name))
}

/** What holds for an inherited case: all that holds for one of its own, and that it is no other. */
export function inheriting({ restate }: Inheritance): readonly Pledge[] {
  return [
    {
      says: 'is said as in the adapter it is a dialect of',
      applies: (scene) => isChat(scene) || isEmbeddings(scene),
      async keep({ adapter, fixture }) {
        const scene = await stage(adapter, fixture, whole)
        await (await scene.ask('asked')).text()
        const sent = scene.calls.map(({ body }) => (isObject(body) ? restate(body) : body))
        const known = expectation(join(fixture.folder, 'sent.json'))
        const calls = Array.isArray(known) ? known : [known]
        assert.deepEqual(
          sent,
          calls.flatMap((call) => (isObject(call) ? [call['body']] : [])),
          'It is said in other words: the case is its own to show.',
        )
      },
    },
    {
      says: 'is told as in the adapter it is a dialect of',
      applies: () => true,
      async keep(scene) {
        await assertTold(scene, await (await stage(scene.adapter, scene.fixture, whole)).ask('whole'))
      },
    },
    ...exchange.filter(({ writes }) => !writes),
    ...embeddings,
    ...responses,
  ]
}
